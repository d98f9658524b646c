/** What crosses the wire about watched words. */
import type { Schemas } from "../../shared/api/types.ts";

export type Word = Schemas["WordOut"];
export type WordAction = Word["action"];
export type Tried = Schemas["WordTried"];
