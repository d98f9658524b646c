/** Reports, sanctions and the public log as the phone meets them. */
export const REASONS = ["abuse", "privacy", "untrue", "advert", "illegal", "off_topic", "other"] as const;
export type Reason = (typeof REASONS)[number];
export const SUBJECTS = ["thread", "reply", "notice"] as const;
export type SubjectKind = (typeof SUBJECTS)[number];
export type Rule = "respect" | "privacy" | "truth" | "advert" | "law" | "topic" | "flood";
export type Measure = "hide" | "delete" | "lock";
export type Penalty = "warn" | "mute" | "suspend";
export const COMMENT_MOST_CHARS = 500;
export const APPEAL_LEAST_CHARS = 5;
export const APPEAL_MOST_CHARS = 1000;

export interface Report {
  id: string;
  subject_kind: string;
  subject_id: string;
  title: string;
  reason: Reason;
  comment: string;
  outcome: "agreed" | "disagreed" | null;
  sentence: string | null;
  at: string;
}

export interface Appeal {
  id: string;
  text: string;
  state: "submitted" | "upheld" | "overturned";
  reason: string | null;
  at: string;
  due_at: string;
  decided_at: string | null;
}

export interface Sanction {
  id: string;
  community_id: string;
  subject_kind: string;
  subject_id: string;
  title: string;
  excerpt: string;
  measure: string | null;
  penalty: Penalty | null;
  rule: Rule;
  sentence: string;
  starts_at: string;
  ends_at: string | null;
  lifted_at: string | null;
  appeal_until: string;
  may_appeal: boolean;
  appeal: Appeal | null;
}

export interface SanctionList {
  items: Sanction[];
  muted_until: Record<string, string>;
  suspended_until: Record<string, string>;
}

export interface LogLine {
  id: string;
  at: string;
  subject_kind: string;
  measure: string | null;
  penalty: Penalty | null;
  hours: number | null;
  rule: Rule;
  sentence: string;
  role: string;
  appeal: "none" | "submitted" | "upheld" | "overturned";
}

export function subjectOf(kind: string): SubjectKind | null {
  return SUBJECTS.find((one) => one === kind) ?? null;
}

/** Where what was reported can be read again; a reply only inside its thread, which nobody named. */
export function placeOfSubject(kind: string, id: string): string | null {
  if (kind === "thread") return `/threads/${id}`;
  return kind === "notice" ? `/notices/${id}` : null;
}
