/** How long a case waits, in words as well as colour: a day for a report or a held word, 72 hours for an appeal. */
import { locale } from "../../shared/i18n.ts";
import { t } from "../words.ts";
import type { CaseItem } from "./wire.ts";

const HOUR_MS = 3_600_000;
const PROMISED_H = 24;
const APPEAL_PROMISED_H = 72;

export interface Age {
  text: string;
  late: boolean;
}

export function ageOf(item: Pick<CaseItem, "opened_at" | "state_since" | "state" | "appeal_state" | "appeal_due_at">, now: number): Age {
  const due = item.appeal_state === "submitted" && item.appeal_due_at ? Date.parse(item.appeal_due_at) : null;
  const since = due ? new Date(due - APPEAL_PROMISED_H * HOUR_MS).toISOString() : item.state === "decided" ? item.state_since : item.opened_at;
  const hours = Math.max(0, Math.floor((now - Date.parse(since)) / HOUR_MS));
  const text = hours < 1 ? t("age.fresh") : hours < 48 ? t(hours === 1 && locale.value === "en" ? "age.hour" : "age.hours", { n: hours }) : t("age.days", { n: Math.floor(hours / 24) });
  return { text, late: due ? now >= due : item.state !== "decided" && hours >= PROMISED_H };
}
