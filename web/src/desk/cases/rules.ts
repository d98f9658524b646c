/** The rules of the community that a decision can name, in the order in which they are read. */
import type { Rule } from "./wire.ts";

export const RULES: readonly Rule[] = ["respect", "privacy", "truth", "advert", "law", "topic", "flood"];
