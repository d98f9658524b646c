/** What crosses the wire about words that neighbours looked for in vain. */
import type { Schemas } from "../../shared/api/types.ts";

export type Gap = Schemas["Gap"];

/** At most so many people are told apart; beyond, "20+". */
export const PEOPLE_TOLD_APART = 20;
