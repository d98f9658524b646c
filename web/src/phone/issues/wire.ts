/** Public issues as the phone meets them. */
export type IssueState = "raised" | "acknowledged" | "in_progress" | "resolved" | "declined" | "reopened";
export type IssueMove = "acknowledge" | "start" | "resolve" | "decline" | "reopen";

export interface IssueStep {
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
  steps: IssueStep[];
  moves: IssueMove[];
}

export const REASON_MOST_CHARS = 500;
export const RESPONSE_MOST_CHARS = 5000;

export function needsReason(move: IssueMove): boolean {
  return move === "decline" || move === "reopen";
}
