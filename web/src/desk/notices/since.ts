/** How long a notice has been in its state, in words. */
import { ageWords, hoursSince } from "../age.ts";
import type { DeskNoticeItem } from "./wire.ts";

export function sinceOf(item: Pick<DeskNoticeItem, "state_since">, now: number): string {
  return ageWords(hoursSince(item.state_since, now));
}
