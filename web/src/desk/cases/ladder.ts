/** The ladder of penalties in words: a day, three, a week, a month. */
import { t } from "../words.ts";
import type { PastSanction } from "./wire.ts";

const DAY_H = 24;
/** Below it hours are what people say; above it, days. */
const HOURS_SAID_MOST = 72;

export function lasting(hours: number): string {
  return hours <= HOURS_SAID_MOST ? t("ladder.hours", { n: hours }) : t("ladder.days", { n: Math.round(hours / DAY_H) });
}

/** What a sanction did, in a few words: `隐藏 · 禁言 72 小时`. */
export function doneBy(one: Pick<PastSanction, "measure" | "penalty"> & { hours: number | null }): string {
  const penalty = one.penalty ? t(`penalty.${one.penalty}`) + (one.penalty !== "warn" && one.hours ? ` ${lasting(one.hours)}` : "") : "";
  return [one.measure ? t(`verdict.${one.measure}`) : "", penalty].filter(Boolean).join(" · ");
}

export function hoursOf({ starts_at: starts, ends_at: ends }: Pick<PastSanction, "starts_at" | "ends_at">): number | null {
  return ends ? Math.round((Date.parse(ends) - Date.parse(starts)) / 3_600_000) : null;
}
