/** How long somebody has been waiting, in words as well as colour. A day is what we promise. */
import { ageWords, hoursSince } from "../age.ts";
import type { QueueItem } from "../wire.ts";

const PROMISED_H = 24;

export interface Age {
  text: string;
  late: boolean;
}

/** Late only while it waits for us: somebody asked for more takes the time they need. */
export function ageOf(item: Pick<QueueItem, "submitted_at" | "state">, now: number): Age {
  const hours = hoursSince(item.submitted_at, now);
  return { text: ageWords(hours), late: hours >= PROMISED_H && (item.state === "submitted" || item.state === "claimed") };
}
