/** What crosses the wire about words that mean the same. */
import type { Schemas } from "../../shared/api/types.ts";

export type Synonym = Schemas["SynonymOut"];
