/** How a sanction stands. Pure. */
import type { Sanction } from "./wire.ts";

export type SanctionState = "holds" | "over" | "lifted" | "said";

/** `said`: a warning or a measure, which has no time that runs. */
export function stateOf(sanction: Pick<Sanction, "lifted_at" | "ends_at" | "penalty">, now: number): SanctionState {
  if (sanction.lifted_at) return "lifted";
  if (!sanction.penalty || sanction.penalty === "warn") return "said";
  return sanction.ends_at && new Date(sanction.ends_at).getTime() <= now ? "over" : "holds";
}
