/** Claiming, putting back or deciding several at once: one request each, and an honest count of what happened. */
import { put, remove } from "../../shared/api/client.ts";
import { asProblem, type Problem } from "../../shared/api/problem.ts";

export interface Outcome {
  done: number;
  refused: number;
  /** The first refusal's sentence. */
  why: string;
}

const AT_ONCE = 4;

/** `place`: the list that they stand in. */
export async function forEach(ids: string[], act: "claim" | "release", place = "/desk/verifications"): Promise<Outcome> {
  return each(ids, (id) => (act === "claim" ? put(`${place}/${id}/claim`) : remove(`${place}/${id}/claim`)));
}

export async function each(ids: readonly string[], ask: (id: string) => Promise<unknown>): Promise<Outcome> {
  const waiting = [...ids];
  const refusals: Problem[] = [];
  async function work(): Promise<void> {
    for (let id = waiting.shift(); id; id = waiting.shift()) {
      await ask(id).catch((error: unknown) => refusals.push(asProblem(error)));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done: ids.length - refusals.length, refused: refusals.length, why: refusals[0]?.message ?? "" };
}
