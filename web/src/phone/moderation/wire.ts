/** Reports, sanctions and the public log as the phone meets them. */
import type { Schemas } from "../../shared/api/types.ts";

export type Report = Schemas["ReportOut"];
export type Reason = Report["reason"];
export type Sanction = Schemas["SanctionOut"];
export type SanctionList = Schemas["SanctionList"];
export type Penalty = NonNullable<Sanction["penalty"]>;
export type LogLine = Schemas["LogLine"];
export type SubjectKind = Schemas["ReportCreate"]["subject_kind"];

export const REASONS = ["abuse", "privacy", "untrue", "advert", "illegal", "off_topic", "other"] as const satisfies Reason[];
export const SUBJECTS = ["thread", "reply", "notice"] as const satisfies SubjectKind[];
export const MEASURES = ["hide", "delete", "lock"] as const;
export const COMMENT_MOST_CHARS = 500;
export const APPEAL_LEAST_CHARS = 5;
export const APPEAL_MOST_CHARS = 1000;

export function subjectOf(kind: string): SubjectKind | null {
  return SUBJECTS.find((one) => one === kind) ?? null;
}

/** Where what was reported can be read again; a reply only inside its thread, which nobody named. */
export function placeOfSubject(kind: string, id: string): string | null {
  if (kind === "thread") return `/threads/${id}`;
  return kind === "notice" ? `/notices/${id}` : null;
}
