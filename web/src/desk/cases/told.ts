/** What the author and the reporters will read after a decision: the inbox's own sentences (a test compares them). */
import { isTooShort } from "../parts/reason.ts";
import { t } from "../words.ts";
import { titleOf } from "./title.ts";
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

/** A plain keep does nothing to anybody, and needs no rule. */
export function isPlainKeep({ verdict, penalty }: Pick<Choice, "verdict" | "penalty">): boolean {
  return verdict === "keep" && !penalty;
}

/** What is still missing, in words. */
export function wrongWith(choice: Choice): string {
  if (isTooShort(choice.sentence)) return t("decide_case.sentence_needed");
  return isPlainKeep(choice) || choice.rule ? "" : t("decide_case.rule_needed");
}

/** Null where the author hears nothing: of a report that came to nothing. */
export function authorTold(choice: Choice, detail: Case): Told | null {
  const outOfSight = detail.source === "words" || detail.auto_hidden_at !== null;
  if (!detail.author_id || (isPlainKeep(choice) && !outOfSight)) return null;
  const values = { title: titleOf(detail), sentence: choice.sentence || t("decide.reason_here") };
  const done = choice.penalty ?? choice.verdict;
  return { title: t(`told_case.${done}.title`, values), body: t(`told_case.${done}.body`, values) };
}

/** Null where nobody reported it. */
export function reportersTold(choice: Choice, detail: Case): Told | null {
  if (!detail.reports.length) return null;
  const outcome = isPlainKeep(choice) ? "disagreed" : "agreed";
  return { title: t(`told_report.${outcome}.title`, { title: titleOf(detail) }), body: t(`told_report.${outcome}.body`, { title: titleOf(detail) }) };
}

export function appellantTold(outcome: "upheld" | "overturned", reason: string, detail: Case): Told {
  const values = { title: titleOf(detail), sentence: reason || t("decide.reason_here") };
  return { title: t(`told_appeal.${outcome}.title`, values), body: t(`told_appeal.${outcome}.body`, values) };
}

/** Those who reported it hear too when it is put right after all. */
export function overturnTold(detail: Case): Told | null {
  if (!detail.reports.length) return null;
  return { title: t("told_report.overturned.title", { title: titleOf(detail) }), body: t("told_report.overturned.body") };
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
