/** How long a case waits, in words as well as colour: a day for a report or a held word, 72 hours for an appeal. */
import { ageWords, hoursSince } from "../age.ts";
import type { CaseItem } from "./wire.ts";

const PROMISED_H = 24;

export interface Age {
  text: string;
  late: boolean;
}

/** Of the appeal while one waits, since its author is who waits then. */
export function ageOf(item: Pick<CaseItem, "opened_at" | "state_since" | "state" | "appealed_at" | "appeal_due_at">, now: number): Age {
  const { appealed_at: appealed, appeal_due_at: due } = item;
  const since = (due && appealed) || (item.state === "decided" ? item.state_since : item.opened_at);
  const hours = hoursSince(since, now);
  return { text: ageWords(hours), late: due ? now >= Date.parse(due) : item.state !== "decided" && hours >= PROMISED_H };
}
