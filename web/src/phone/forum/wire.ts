/** The forum as the phone reads and writes it: the shapes of backend/forum/schemas. */
import type { Page } from "../../shared/api/types.ts";

export type ThreadKind = "discussion" | "question" | "poll" | "issue";
export type PostKind = "thread" | "reply";
export type PostState = "shown" | "held" | "hidden" | "deleted" | "merged";
export type IssueState = "raised" | "acknowledged" | "in_progress" | "resolved" | "declined" | "reopened";
export type Level = "watching" | "normal" | "muted";
export const EMOJI = ["like", "thanks", "agree", "laugh", "hug", "flower"] as const;
export type Emoji = (typeof EMOJI)[number];
export const ORDERS = ["active", "newest", "hot", "unanswered", "building"] as const;
export type Order = (typeof ORDERS)[number];
export const SHOWS = ["all", "unread", "mine", "watching"] as const;
export type Show = (typeof SHOWS)[number];

export interface Author {
  kind: string;
  name: string;
  account_id: string | null;
  organisation_id: string | null;
}

export interface Board {
  id: string;
  community_id: string;
  estate_id: string | null;
  estate_name: string | null;
  name: string;
  description: string;
  read_by: "public" | "community" | "estate";
  post_by: "residents" | "estate" | "owners" | "organisations";
  thread_count: number;
  newest_at: string | null;
  archived: boolean;
  can: string[];
}

export interface ThreadItem {
  id: string;
  board_id: string;
  board_name: string;
  kind: ThreadKind;
  title: string;
  excerpt: string;
  author: Author;
  state: PostState;
  reply_count: number;
  /** Replies since one read it; null: never opened. */
  unread: number | null;
  reactions: number;
  picture: string | null;
  last_activity_at: string;
  last_author: string | null;
  pinned: boolean;
  locked: boolean;
  answered_by_official: boolean;
  accepted: boolean;
  issue_state: string | null;
  created_at: string;
}

export interface Post {
  id: string;
  kind: PostKind;
  number: number;
  parent_id: string | null;
  parent_number: number | null;
  parent_author: string | null;
  author: Author;
  is_official: boolean;
  is_accepted: boolean;
  quoted_id: string | null;
  quoted_author: string | null;
  quoted_text: string | null;
  html: string;
  source: string | null;
  state: PostState;
  reactions: Record<string, number>;
  mine: string[];
  bookmarked: boolean;
  edits: number;
  edited_at: string | null;
  created_at: string;
  can: string[];
}

export interface Replies extends Page<Post> {
  previous_cursor: string | null;
}

export interface Thread {
  id: string;
  community_id: string;
  board_id: string;
  board_name: string;
  kind: ThreadKind;
  title: string;
  post: Post;
  state: PostState;
  merged_into: string | null;
  reply_count: number;
  last_number: number;
  last_read_number: number | null;
  level: Level;
  pinned_until: string | null;
  locked_at: string | null;
  slow_mode_s: number;
  next_reply_at: string | null;
  accepted_reply: string | null;
  issue: unknown;
  poll: unknown;
  official: Post[];
  replies: Replies;
  edits: number;
  created_at: string;
  can: string[];
}

export interface PostMade {
  id: string;
  thread_id: string;
  number: number;
  state: PostState;
  masked: boolean;
  edits: number;
}

export interface PostVersion {
  number: number;
  title: string | null;
  html: string;
  at: string | null;
}

export interface Bookmark {
  post_id: string;
  kind: PostKind;
  thread_id: string;
  title: string;
  excerpt: string;
  author: Author;
  at: string;
}

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

export interface SimilarThread {
  id: string;
  title: string;
  reply_count: number;
  issue_state: string | null;
}

export interface MentionChoice {
  name: string;
  kind: string;
  link: string;
}
