/** What crosses the wire about reports, cases, sanctions and appeals: the generated types, narrower where the document says only "string". */
import type { Narrow, Schemas } from "../../shared/api/types.ts";
import type { Rule } from "../../shared/rules.ts";

export type SubjectKind = Schemas["ReportCreate"]["subject_kind"];
export type Reason = Schemas["ReportCreate"]["reason"];
export type Verdict = Schemas["CaseOut"]["verdicts"][number];
export type Penalty = NonNullable<Schemas["CaseOut"]["penalty"]>;
export type { Rule };
export type AppealState = Schemas["AppealOut"]["state"];
export type CaseState = Schemas["CaseItem"]["state"];
export type Source = Schemas["CaseItem"]["source"];
export type CaseAct = "claim" | "release" | "decide" | "decide_appeal";
type Measure = Exclude<Verdict, "keep"> | null;

export type CaseItem = Narrow<Schemas["CaseItem"], { subject_kind: SubjectKind; reasons: Partial<Record<Reason, number>>; appeal_state: AppealState | null }>;
export type CaseNote = Schemas["CaseNoteOut"];
export type CaseReport = Narrow<Schemas["CaseReport"], { outcome: "agreed" | "disagreed" | null }>;
export type PastSanction = Narrow<Schemas["PastSanction"], { measure: Measure }>;
export type Case = Narrow<Schemas["CaseOut"], { subject_kind: SubjectKind; source: Source; state: CaseState; reports: CaseReport[]; past: PastSanction[]; can: CaseAct[] }>;
export type LogLine = Narrow<Schemas["LogLine"], { measure: Measure }>;
export type AppealDecision = Schemas["AppealDecision"];

export interface Decision {
  verdict: Verdict;
  sentence: string;
  rule: Rule | null;
  penalty: Penalty | null;
}
