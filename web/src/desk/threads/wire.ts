/** What crosses the wire about threads, and a row of their list: walked through, or found by its words. */
import type { Schemas } from "../../shared/api/types.ts";

export type Thread = Schemas["ThreadOut"];
export type ThreadItem = Schemas["ThreadItem"];
export type Post = Schemas["PostOut"];
export type PostMade = Schemas["PostMade"];
export type Board = Schemas["BoardOut"];
export type Hit = Schemas["Hit"];
export type SimilarThread = Schemas["SimilarThread"];

export interface ThreadRow {
  id: string;
  title: string;
  author: string;
  board: string;
  at: string;
  /** What a search doesn't tell is null. */
  item: ThreadItem | null;
}

export function rowOf(item: ThreadItem): ThreadRow {
  return { id: item.id, title: item.title, author: item.author.name, board: item.board_name, at: item.last_activity_at, item };
}

export function rowOfHit(hit: Hit): ThreadRow {
  return { id: hit.subject_id, title: hit.title.map((piece) => piece.text).join(""), author: hit.author, board: hit.board_name ?? "", at: hit.at, item: null };
}
