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
  return {
    ...poll,
    question: poll.question.trim(),
    options,
    choices_most: poll.method === "multiple" ? Math.min(poll.choices_most, options.length) : 1,
    quorum: poll.counted_by === "owners" ? poll.quorum : "none",
    results: poll.is_secret ? "closed" : poll.results,
  };
}
