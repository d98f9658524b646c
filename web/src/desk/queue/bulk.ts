/** Claiming or putting back several at once: one request each, and an honest count of what happened. */
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
  const waiting = [...ids];
  const refusals: Problem[] = [];
  async function work(): Promise<void> {
    for (let id = waiting.shift(); id; id = waiting.shift()) {
      const path = `${place}/${id}/claim`;
      await (act === "claim" ? put(path) : remove(path)).catch((error: unknown) => refusals.push(asProblem(error)));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done: ids.length - refusals.length, refused: refusals.length, why: refusals[0]?.message ?? "" };
}
