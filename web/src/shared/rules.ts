/** The rules of living together that a decision can name, in the order in which they are read. */
import type { Schemas } from "./api/types.ts";

export type Rule = Schemas["LogLine"]["rule"];
export const RULES: readonly Rule[] = ["respect", "privacy", "truth", "advert", "law", "topic", "flood"];
