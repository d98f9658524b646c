/** How soon somebody answered, as one would say it. */
import { t } from "../words.ts";

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** "6 小时"; rounded up, because within six hours is a promise kept, within five is not. Beyond two days in days. */
export function lasting(seconds: number): string {
  if (seconds < HOUR_S) return t("issue.minutes", { n: Math.max(1, Math.ceil(seconds / MINUTE_S)) });
  if (seconds < 2 * DAY_S) return t("issue.hours", { n: Math.ceil(seconds / HOUR_S) });
  return t("issue.days", { n: Math.ceil(seconds / DAY_S) });
}
