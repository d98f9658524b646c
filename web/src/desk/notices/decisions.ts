/** What may be decided about a notice, and what its submitter will read then: the inbox's own sentences. */
import { t } from "../words.ts";
import type { DeskNotice } from "./wire.ts";

export type Decision = "approve" | "second" | "return" | "publish" | "withdraw";

/** The steps that are told, by the names that the inbox gives them. */
type Step = "approved" | "returned" | "published" | "scheduled" | "withdrawn";

export interface Told {
  title: string;
  body: string;
}

/** Nothing where nobody but the decider hears of it. `reason` and `reference` may still be to come. */
export function told(decision: Decision, detail: DeskNotice, { reason, later }: { reason: string; later: boolean }): Told | null {
  if (decision === "second" || detail.own) return null;
  const step: Step = decision === "approve" ? "approved" : decision === "return" ? "returned" : decision === "withdraw" ? "withdrawn" : later ? "scheduled" : "published";
  const values = { title: detail.notice.title, reason: reason || t("decide.reason_here"), reference: detail.notice.reference ?? t("decide_notice.reference_here") };
  return { title: t(`told_notice.${step}.title`, values), body: t(`told_notice.${step}.body`, values) };
}

export const READY_MADE = {
  return: ["ready.return.when", "ready.return.paper", "ready.return.private", "ready.return.forum", "ready.return.title"],
  withdraw: ["ready.withdraw.wrong", "ready.withdraw.over", "ready.withdraw.moved"],
} as const;
