/** How long a case waits, in words as well as colour: a day for a report or a held word, 72 hours for an appeal. */
import { locale } from "../../shared/i18n.ts";
import { t } from "../words.ts";
import type { CaseItem } from "./wire.ts";

const HOUR_MS = 3_600_000;
const PROMISED_H = 24;

export interface Age {
  text: string;
  late: boolean;
}

/** Of the appeal while one waits, since its author is who waits then. */
export function ageOf(item: Pick<CaseItem, "opened_at" | "state_since" | "state" | "appealed_at" | "appeal_due_at">, now: number): Age {
  const { appealed_at: appealed, appeal_due_at: due } = item;
  const since = (due && appealed) || (item.state === "decided" ? item.state_since : item.opened_at);
  const hours = Math.max(0, Math.floor((now - Date.parse(since)) / HOUR_MS));
  const text = hours < 1 ? t("age.fresh") : hours < 48 ? t(hours === 1 && locale.value === "en" ? "age.hour" : "age.hours", { n: hours }) : t("age.days", { n: Math.floor(hours / 24) });
  return { text, late: due ? now >= Date.parse(due) : item.state !== "decided" && hours >= PROMISED_H };
}
