/** What crosses the wire about public issues and the threads they are raised in. */
export type IssueState = "raised" | "acknowledged" | "in_progress" | "resolved" | "declined" | "reopened";
export type Move = "acknowledge" | "start" | "resolve" | "decline" | "reopen";

export interface IssueItem {
  thread_id: string;
  title: string;
  author_name: string;
  organisation_id: string;
  organisation_name: string;
  state: IssueState;
  since: string;
  raised_at: string;
  response_s: number | null;
  reply_count: number;
}

/** A row beside which its thread opens. */
export interface IssueRow extends IssueItem {
  id: string;
}

export interface Step {
  state: IssueState;
  reason: string | null;
  at: string;
}

export interface Issue {
  organisation_id: string;
  organisation_kind: string;
  organisation_name: string;
  state: IssueState;
  since: string;
  raised_at: string;
  responded_at: string | null;
  response_s: number | null;
  reason: string | null;
  steps: Step[];
  moves: Move[];
}

export interface Author {
  kind: string;
  name: string;
  organisation_id: string | null;
}

export interface Post {
  id: string;
  number: number;
  author: Author;
  html: string;
  created_at: string;
}

export interface Thread {
  id: string;
  title: string;
  board_name: string;
  kind: string;
  state: string;
  post: Post;
  official: Post[];
  issue: Issue | null;
  reply_count: number;
  created_at: string;
  can: string[];
}
