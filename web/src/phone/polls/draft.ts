/** A poll that is being written, and what is still missing. Pure, but for the clock it is given. */
import type { PollCreate } from "./wire.ts";

export const OPTIONS_LEAST = 2;
export const OPTIONS_MOST = 20;
export const OPTION_MOST_CHARS = 60;
export const QUESTION_MOST_CHARS = 120;
export const DAYS = ["1", "3", "7", "14", "30"] as const;
export type Days = (typeof DAYS)[number];
const DAY_MS = 86_400_000;

export function emptyPoll(now = Date.now()): PollCreate {
  return {
    question: "", options: ["", ""], closes_at: endOf("7", now), method: "single", choices_most: 1,
    counted_by: "person", is_secret: false, quorum: "none", results: "live", place_ids: [],
  };
}

/** In the evening of that day, when people are at home to see how it went. */
export function endOf(days: Days, now: number): string {
  const end = new Date(now + Number(days) * DAY_MS);
  end.setHours(20, 0, 0, 0);
  return end.toISOString();
}

export function daysOf(poll: PollCreate, now: number): Days {
  const days = (new Date(poll.closes_at).getTime() - now) / DAY_MS;
  return [...DAYS].reverse().find((one) => Number(one) <= days + 1) ?? "1";
}

export type Missing = "question" | "options" | "same" | null;

/** What has to be put right before it can be sent; null: nothing. */
export function missingOf(poll: PollCreate): Missing {
  const texts = poll.options.map((text) => text.trim()).filter(Boolean);
  if (poll.question.trim().length < 2) return "question";
  if (texts.length < OPTIONS_LEAST) return "options";
  return new Set(texts).size < texts.length ? "same" : null;
}

/** As the API takes it: without the lines left empty, and nothing said that the rest rules out. */
export function asPollCreate(poll: PollCreate): PollCreate {
  const options = poll.options.map((text) => text.trim()).filter(Boolean);
  const ofOwners = poll.counted_by === "owners";
  // Owners weigh by their floor area, and an area names its home; nor can ranks be weighed.
  const isSecret = poll.is_secret && !ofOwners;
  const method = ofOwners && poll.method === "ranked" ? "single" : poll.method;
  return {
    ...poll,
    question: poll.question.trim(),
    options,
    method,
    choices_most: { single: 1, multiple: Math.min(poll.choices_most, options.length), ranked: options.length }[method],
    is_secret: isSecret,
    quorum: ofOwners ? poll.quorum : "none",
    results: isSecret ? "closed" : poll.results,
  };
}
