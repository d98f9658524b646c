/** The forum as the phone reads and writes it. */
import type { Schemas } from "../../shared/api/types.ts";

export type Thread = Schemas["ThreadOut"];
export type ThreadItem = Schemas["ThreadItem"];
export type Post = Schemas["PostOut"];
export type Replies = Schemas["RepliesPage"];
export type PostMade = Schemas["PostMade"];
export type PostVersion = Schemas["PostVersionOut"];
export type Board = Schemas["BoardOut"];
export type Bookmark = Schemas["BookmarkOut"];
export type SimilarThread = Schemas["SimilarThread"];
export type MentionChoice = Schemas["MentionChoice"];
export type ThreadKind = Thread["kind"];
export type PostState = Post["state"];
export type Level = Thread["level"];

export const EMOJI = ["like", "thanks", "agree", "laugh", "hug", "flower"] as const;
export type Emoji = (typeof EMOJI)[number];
export const ORDERS = ["active", "newest", "hot", "unanswered", "building"] as const;
export type Order = (typeof ORDERS)[number];
export const SHOWS = ["all", "unread", "mine", "watching"] as const;
export type Show = (typeof SHOWS)[number];

export type DraftContent = Record<string, string | number | boolean | string[] | null>;

export interface KeptDraft {
  id: string;
  community_id: string;
  board_id: string | null;
  thread_id: string | null;
  thread_title: string | null;
  content: DraftContent;
  updated_at: string;
}
