/** Shares of homes, and the steps of colour that show them. Pure. */
import type { CoverageCounts } from "../notices/wire.ts";

/** A colour for each: below 20, 40, 60, 80, below 100, and all. Apart in lightness and hue, so also for colour-blind eyes. */
export const STEPS = [0, 20, 40, 60, 80, 100] as const;

/** Whole percent; 100 only when none is unreached, and 0 only when all are. */
export function shareOf({ homes, unreached }: CoverageCounts): number {
  if (!homes) return 0;
  if (!unreached) return 100;
  const reached = homes - unreached;
  return reached ? Math.max(1, Math.floor((100 * reached) / homes)) : 0;
}

export function stepOf(share: number): number {
  return STEPS.filter((from) => share >= from).length - 1;
}
