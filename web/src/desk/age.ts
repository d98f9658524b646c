/** How long ago, in words: by the hour for two days, then by the day. */
import { locale } from "../shared/i18n.ts";
import { t } from "./words.ts";

const HOUR_MS = 3_600_000;
const HOURS_SAID_MOST = 48;

export function hoursSince(at: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(at)) / HOUR_MS));
}

export function ageWords(hours: number): string {
  if (hours < 1) return t("age.fresh");
  if (hours >= HOURS_SAID_MOST) return t("age.days", { n: Math.floor(hours / 24) });
  return t(hours === 1 && locale.value === "en" ? "age.hour" : "age.hours", { n: hours });
}
