/** How long neighbours wait for an organisation's word, and who keeps whom waiting. */
import { hoursSince } from "../age.ts";
import type { IssueItem } from "./wire.ts";

export function isOpen({ state }: Pick<IssueItem, "state">): boolean {
  return state !== "resolved" && state !== "declined";
}

/** Nobody of the organisation has said a word. */
export function isAwaited(one: Pick<IssueItem, "state" | "response_s">): boolean {
  return isOpen(one) && one.response_s === null;
}

export function isLate({ due_at }: Pick<IssueItem, "due_at">, now: number): boolean {
  return due_at !== null && Date.parse(due_at) <= now;
}

export interface Load {
  id: string;
  name: string;
  open: number;
  awaited: number;
  longest: number;
}

/** Who is asked, whoever lets neighbours wait longest first. */
export function loadsOf(items: readonly IssueItem[], now: number): Load[] {
  const found = new Map<string, Load>();
  for (const one of items.filter(isOpen)) {
    const load = found.get(one.organisation_id) ?? { id: one.organisation_id, name: one.organisation_name, open: 0, awaited: 0, longest: 0 };
    load.open += 1;
    if (isAwaited(one)) {
      load.awaited += 1;
      load.longest = Math.max(load.longest, hoursSince(one.raised_at, now));
    }
    found.set(one.organisation_id, load);
  }
  return [...found.values()].sort((one, other) => other.longest - one.longest || other.open - one.open);
}
