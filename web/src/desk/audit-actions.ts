/** What the audit log calls things, in people's words. One that is new to this page is shown by its code. */
import { say } from "../shared/words.ts";
import { doneBy } from "./cases/ladder.ts";
import { t } from "./words.ts";

export const ACTIONS = [
  "verification.approved", "verification.rejected", "verification.sent_back", "verification.entered", "identity.revealed", "identity.evidence_viewed",
  "person.moved", "role.granted", "role.ended", "addresses.imported", "community.edited", "community.opened",
  "notice.approved", "notice.seconded", "notice.returned", "notice.edited", "notice.scheduled", "notice.published", "notice.revised",
  "notice.taken_down", "notice.visit_undone", "grid.assigned",
  "case.decided", "appeal.upheld", "appeal.overturned", "word.added", "word.changed", "word.removed",
  "thread.locked", "thread.unlocked", "thread.pinned", "thread.unpinned", "thread.slowed", "thread.moved", "thread.merged", "thread.split", "thread.issue",
] as const;

export function actionName(action: string): string {
  const known = ACTIONS.find((one) => one === action);
  return known ? t(`action.${known}`) : action;
}

/** What a line says beyond its action, where it says something people can read. */
export function aboutWhat(details: Record<string, unknown>): string {
  if (typeof details.role === "string") return say(`role.${details.role as "worker"}`);
  if (typeof details.verdict === "string") return doneBy({ measure: details.verdict as "hide", penalty: (details.penalty as "warn" | null) ?? null, hours: null });
  return typeof details.created === "number" ? t("audit.created", { n: details.created }) : "";
}
