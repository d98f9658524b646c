/** What crosses the wire about boards. */
import type { Schemas } from "../../shared/api/types.ts";

export type Board = Schemas["BoardOut"];
export type ReadBy = Board["read_by"];
export type PostBy = Board["post_by"];
