/** Public issues as the phone meets them. */
import type { Schemas } from "../../shared/api/types.ts";

export type Issue = Schemas["IssueOut"];
export type IssueState = Issue["state"];
export type IssueMove = Issue["moves"][number];

export const REASON_MOST_CHARS = 500;
export const RESPONSE_MOST_CHARS = 5000;

export function needsReason(move: IssueMove): boolean {
  return move === "decline" || move === "reopen";
}
