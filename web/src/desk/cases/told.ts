/** What the author and the reporters will read after a decision: the inbox's own sentences (a test compares them). */
import { t } from "../words.ts";
import { lasting } from "./ladder.ts";
import type { Case, Penalty, Rule, Verdict } from "./wire.ts";

export interface Told {
  title: string;
  body: string;
}

export interface Choice {
  verdict: Verdict;
  rule: Rule | null;
  penalty: Penalty | null;
  sentence: string;
}

/** A plain keep is nobody's sanction. */
export function isPlainKeep({ verdict, penalty }: Pick<Choice, "verdict" | "penalty">): boolean {
  return verdict === "keep" && !penalty;
}

/** Null where the author hears nothing, because nothing happens to them. */
export function authorTold(choice: Choice, detail: Pick<Case, "author_id" | "snapshot_title" | "next_step_hours">): Told | null {
  if (isPlainKeep(choice) || !detail.author_id) return null;
  const values = {
    title: detail.snapshot_title,
    rule: choice.rule ? t(`rule.${choice.rule}`) : t("decide_case.rule_here"),
    sentence: choice.sentence || t("decide.reason_here"),
    lasting: lasting(detail.next_step_hours),
  };
  const happened = choice.verdict === "keep" ? (choice.penalty as Penalty) : choice.verdict;
  const penalty = choice.verdict !== "keep" && choice.penalty ? t(`told_case.also.${choice.penalty}`, values) : "";
  return { title: t(`told_case.${happened}.title`, values), body: t("told_case.body", values) + penalty + t("told_case.appeal") };
}

/** Null where nobody reported it. */
export function reportersTold(choice: Choice, detail: Pick<Case, "reports" | "snapshot_title">): Told | null {
  if (!detail.reports.length) return null;
  const values = { title: detail.snapshot_title, sentence: choice.sentence || t("decide.reason_here") };
  const outcome = choice.verdict === "keep" && !choice.penalty ? "disagreed" : "agreed";
  return { title: t(`told_report.${outcome}.title`, values), body: t(`told_report.${outcome}.body`, values) };
}

export function appellantTold(outcome: "upheld" | "overturned", reason: string, detail: Pick<Case, "snapshot_title">): Told {
  const values = { title: detail.snapshot_title, reason: reason || t("decide.reason_here") };
  return { title: t(`told_appeal.${outcome}.title`, values), body: t(`told_appeal.${outcome}.body`, values) };
}

export const READY_MADE: Record<Verdict, readonly ("ready.keep.fine" | "ready.keep.opinion" | "ready.keep.talk" | "ready.hide.abuse" | "ready.hide.privacy" | "ready.hide.advert" | "ready.hide.untrue" | "ready.lock.heated" | "ready.lock.over" | "ready.delete.law" | "ready.delete.advert")[]> = {
  keep: ["ready.keep.fine", "ready.keep.opinion", "ready.keep.talk"],
  hide: ["ready.hide.abuse", "ready.hide.privacy", "ready.hide.advert", "ready.hide.untrue"],
  delete: ["ready.delete.law", "ready.delete.advert"],
  lock: ["ready.lock.heated", "ready.lock.over"],
};

export const READY_FOR_APPEAL = {
  upheld: ["ready.upheld.same", "ready.upheld.edit"],
  overturned: ["ready.overturned.opinion", "ready.overturned.context"],
} as const;

/** The rule that a ready-made sentence is about, so that one click says both. */
export const RULE_OF: Partial<Record<string, Rule>> = {
  "ready.hide.abuse": "respect", "ready.hide.privacy": "privacy", "ready.hide.advert": "advert", "ready.hide.untrue": "truth",
  "ready.delete.law": "law", "ready.delete.advert": "flood", "ready.lock.heated": "respect", "ready.lock.over": "topic",
};
