/** Times, counts and money, as design/screens.md has them. Pure. */
import type { Locale } from "./i18n.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "刚刚", "5分钟前", "3天前"; beyond a week the date itself. */
export function relativeTime(at: Date, now: Date, locale: Locale): string {
  const age = now.getTime() - at.getTime();
  if (Math.abs(age) < MINUTE) return locale === "en" ? "just now" : "刚刚";
  if (Math.abs(age) >= 7 * DAY) return dateOnly(at, now, locale);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (Math.abs(age) < HOUR) return format.format(-Math.trunc(age / MINUTE), "minute");
  if (Math.abs(age) < DAY) return format.format(-Math.trunc(age / HOUR), "hour");
  return format.format(-Math.trunc(age / DAY), "day");
}

export function dateOnly(at: Date, now: Date, locale: Locale): string {
  const sameYear = at.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(locale, { ...(sameYear ? {} : { year: "numeric" }), month: "long", day: "numeric" }).format(at);
}

export function exactTime(at: Date, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(at);
}

/** "11月21日 13:20", with the year when it is another: one moment told from another in a list. */
export function dayAndTime(at: Date, now: Date, locale: Locale): string {
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  return `${dateOnly(at, now, locale)} ${time}`;
}

/** 1234 → "1.2千" (zh-CN) or "1.2k" (en); below 1000 as it is. */
export function count(n: number, locale: Locale): string {
  if (n < 1000) return String(n);
  if (locale === "en") return n < 1_000_000 ? `${short(n / 1000)}k` : `${short(n / 1_000_000)}M`;
  return n < 10_000 ? `${short(n / 1000)}千` : `${short(n / 10_000)}万`;
}

/** 1053 → "1,053": where somebody may count along, as with the homes of a community. */
export function whole(n: number, locale: Locale): string {
  return new Intl.NumberFormat(locale).format(n);
}

function short(n: number): string {
  // Rounded down, so that "1.0万" is never shown for 9,999.
  return String(Math.floor(n * 10) / 10);
}

/** Fen to "¥12.30". */
export function money(fen: number): string {
  const sign = fen < 0 ? "-" : "";
  const whole = Math.abs(fen);
  const yuan = Math.trunc(whole / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}¥${yuan}.${String(whole % 100).padStart(2, "0")}`;
}

/** 1234567 → "1.2 MB"; never "0 KB". */
export function fileSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`;
  return `${short(bytes / 1_000_000)} MB`;
}
