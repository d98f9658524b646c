/** What the author and those who follow an issue will be told: the inbox's own sentences (a test compares them). */
import { t } from "../words.ts";
import type { Move, Thread } from "./wire.ts";

export interface Told {
  title: string;
  body: string;
}

const BECOMES = { acknowledge: "acknowledged", start: "in_progress", resolve: "resolved", decline: "declined", reopen: "reopened" } as const;

export function movedTold(move: Move, reason: string, thread: Pick<Thread, "title" | "issue">): Told {
  // As the server writes it: the sentence brings its own full stop.
  const values = { title: thread.title, organisation: thread.issue?.organisation_name ?? "", reason: reason.replace(/[。. ]+$/, "") || t("decide.reason_here") };
  return { title: t(`told_issue.${BECOMES[move]}.title`, values), body: t(`told_issue.${BECOMES[move]}.body`, values) };
}
