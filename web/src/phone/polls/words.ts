/** A poll's rules and figures, as one would say them to a neighbour. */
import { dayAndTime } from "../../shared/format.ts";
import { locale } from "../../shared/i18n.ts";
import { t } from "../words.ts";
import type { Poll, PollOption } from "./wire.ts";

/** 0.4567 → "45.7%". */
export function percent(share: number): string {
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

export function area(m2: number): string {
  return t("poll.area", { m2: new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(m2) });
}

export function methodOf(poll: Poll): string {
  return t(`poll.method.${poll.method}`, { n: Math.min(poll.choices_most, poll.options.length) });
}

export function endOfPoll(poll: Poll, now: Date): string {
  const at = dayAndTime(new Date(poll.closed_at ?? poll.closes_at), now, locale.value);
  return t(`poll.end.${poll.state}`, { at });
}

/** Of those who voted; of a ranked poll's last round, of the ballots that still count. */
export function shareOf(poll: Poll, option: PollOption): number {
  const of = poll.method === "ranked" ? poll.options.reduce((sum, one) => sum + (one.votes ?? 0), 0) : poll.voted;
  return of ? (option.votes ?? 0) / of : 0;
}

/** "甲、乙", or of a ranked poll "1. 甲；2. 乙". */
export function chosenWords(poll: Poll, choices: string[]): string {
  const texts = choices.map((id) => poll.options.find((one) => one.id === id)?.text ?? "");
  return poll.method === "ranked" ? texts.map((text, index) => `${index + 1}. ${text}`).join(t("poll.then")) : texts.join(t("poll.and"));
}

/** Before anybody has voted, and while nobody may see it, there is nothing to draw. */
export function hasResults(poll: Poll): boolean {
  return poll.options.some((one) => one.votes !== null);
}
