/** What crosses the wire about reports, cases, sanctions and appeals. */
export type SubjectKind = "thread" | "reply" | "notice";
export type Reason = "abuse" | "privacy" | "untrue" | "advert" | "illegal" | "off_topic" | "other";
export type Verdict = "keep" | "hide" | "delete" | "lock";
export type Penalty = "warn" | "mute" | "suspend";
export type Rule = "respect" | "privacy" | "truth" | "advert" | "law" | "topic" | "flood";
export type AppealState = "submitted" | "upheld" | "overturned";
export type CaseState = "open" | "claimed" | "decided";
export type Source = "report" | "words" | "staff";

export interface CaseItem {
  id: string;
  subject_kind: SubjectKind;
  title: string;
  excerpt: string;
  author_name: string;
  source: Source;
  state: CaseState;
  reports: number;
  homes: number;
  weight: number;
  reasons: Partial<Record<Reason, number>>;
  tags: string[];
  auto_hidden: boolean;
  claimed_by_me: boolean;
  claimed_by: string | null;
  own: boolean;
  verdict: Verdict | null;
  appeal_state: AppealState | null;
  /** Of one that waits for an answer. */
  appeal_due_at?: string | null;
  opened_at: string;
  state_since: string;
}

export interface CaseReport {
  reason: Reason;
  comment: string;
  weight: number;
  outcome: "agreed" | "disagreed" | null;
  at: string;
}

export interface PastSanction {
  measure: Exclude<Verdict, "keep"> | null;
  penalty: Penalty | null;
  step: number | null;
  rule: Rule;
  overturned: boolean;
  starts_at: string;
  ends_at: string | null;
}

export interface Appeal {
  id: string;
  text: string;
  state: AppealState;
  reason: string | null;
  at: string;
  due_at: string;
  decided_at: string | null;
}

export type CaseAct = "claim" | "release" | "decide" | "decide_appeal";

export interface Case {
  id: string;
  community_id: string;
  subject_kind: SubjectKind;
  subject_id: string;
  url: string;
  author_id: string | null;
  author_name: string;
  snapshot_title: string;
  snapshot_body: string;
  now_title: string | null;
  now_body: string | null;
  now_shown: boolean;
  is_protected: boolean;
  source: Source;
  state: CaseState;
  weight: number;
  homes: number;
  tags: string[];
  auto_hidden_at: string | null;
  reports: CaseReport[];
  past: PastSanction[];
  next_step: number;
  next_step_hours: number;
  claimed_by_me: boolean;
  claimed_by: string | null;
  verdict: Verdict | null;
  penalty: Penalty | null;
  rule: Rule | null;
  sentence: string | null;
  decided_at: string | null;
  appeal: Appeal | null;
  opened_at: string;
  verdicts: Verdict[];
  can: CaseAct[];
}

export interface Decision {
  verdict: Verdict;
  sentence: string;
  rule: Rule | null;
  penalty: Penalty | null;
}

export interface AppealDecision {
  outcome: "upheld" | "overturned";
  reason: string;
}

export interface LogLine {
  id: string;
  at: string;
  subject_kind: string;
  measure: Exclude<Verdict, "keep"> | null;
  penalty: Penalty | null;
  hours: number | null;
  rule: Rule;
  sentence: string;
  role: string;
  appeal: "none" | AppealState;
}
