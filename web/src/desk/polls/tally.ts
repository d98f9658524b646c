/** What a poll's numbers say, for bars and for the table. Pure. */
import type { Option, Poll } from "./wire.ts";

export interface Line {
  option: Option;
  votes: number;
  /** Of those who voted, 0 to 1: with several choices they add up to more than one. */
  share: number;
  areaShare: number | null;
  carried: boolean;
  leads: boolean;
}

/** Empty while nobody may see it. */
export function linesOf(poll: Pick<Poll, "options" | "voted" | "quorum_result">): Line[] {
  if (poll.options.some((one) => one.votes === null)) return [];
  const most = Math.max(...poll.options.map((one) => one.votes ?? 0));
  const area = poll.options.reduce((sum, one) => sum + (one.area_m2 ?? 0), 0);
  return poll.options.map((option) => {
    const votes = option.votes ?? 0;
    return {
      option, votes,
      share: poll.voted ? votes / poll.voted : 0,
      areaShare: option.area_m2 === null || !area ? null : option.area_m2 / area,
      carried: poll.quorum_result?.carried.includes(option.id) ?? false,
      leads: votes === most && most > 0,
    };
  });
}

/** Marks or unmarks an option: one, at most so many, or the next in rank. */
export function choose(chosen: readonly string[], id: string, most: number): string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id);
  if (most === 1) return [id];
  return chosen.length < most ? [...chosen, id] : [...chosen];
}
