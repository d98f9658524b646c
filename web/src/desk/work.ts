/** The work that the desk's navigation leads to, and what waits in it. */
import type { IconName } from "../shared/icons.ts";
import { waitingCases } from "./cases/counts.ts";
import {
  ANSWER_ISSUES, ASSIGN_GRIDS, can, DECIDE_CASES, EDIT_BOARDS, EDIT_COMMUNITY, ENTER_FOR_OTHERS, ENTER_PAPER, GRANT_ROLES, IMPORT_ADDRESSES, MODERATE, READ_AUDIT, READ_COVERAGE, READ_GAPS, READ_WORDS, REVIEW, REVIEW_NOTICES,
  summary,
} from "./here.ts";
import { waitingNotices } from "./notices/counts.ts";
import { t } from "./words.ts";

export interface Work {
  to: string;
  /** Another screen of the same work. */
  also?: string;
  icon: IconName;
  needs: string;
  word: Parameters<typeof t>[0];
  waiting?: () => Waiting | null;
}

/** What waits there: the number, and what it is in words. */
export interface Waiting {
  text: string;
  late: boolean;
  what: string;
}

/** What somebody waits for. */
export const WORK: Work[] = [
  { to: "/verifications", icon: "shield", needs: REVIEW, word: "nav.verifications", waiting: applications },
  { to: "/notices", icon: "megaphone", needs: REVIEW_NOTICES, word: "nav.notices", waiting: notices },
  { to: "/cases", icon: "flag", needs: DECIDE_CASES, word: "nav.cases", waiting: cases },
  { to: "/doors", icon: "door", needs: READ_COVERAGE, word: "nav.doors" },
  { to: "/issues", icon: "forum", needs: ANSWER_ISSUES, word: "nav.issues" },
  { to: "/threads", icon: "columns", needs: MODERATE, word: "nav.threads" },
  { to: "/polls", icon: "ballot", needs: ENTER_PAPER, word: "nav.polls" },
  { to: "/counter", icon: "note", needs: ENTER_FOR_OTHERS, word: "nav.counter" },
];
/** What is set up once and looked after. */
export const KEPT: Work[] = [
  { to: "/boards", icon: "tiles", needs: EDIT_BOARDS, word: "nav.boards" },
  { to: "/words", icon: "tag", needs: READ_WORDS, word: "nav.words" },
  { to: "/gaps", also: "/synonyms", icon: "search", needs: READ_GAPS, word: "nav.search" },
  { to: "/log", icon: "globe", needs: DECIDE_CASES, word: "nav.log" },
  { to: "/grids", icon: "walk", needs: ASSIGN_GRIDS, word: "nav.grids" },
  { to: "/imports", icon: "home", needs: IMPORT_ADDRESSES, word: "nav.imports" },
  { to: "/roles", icon: "people", needs: GRANT_ROLES, word: "nav.roles" },
  { to: "/community", icon: "sliders", needs: EDIT_COMMUNITY, word: "nav.community" },
  { to: "/audit", icon: "clock", needs: READ_AUDIT, word: "nav.audit" },
];

/** What this person may do of it here, with what waits. */
export function openWork(list: readonly Work[]): (Work & { waits: Waiting | null })[] {
  return list.filter((one) => can(one.needs)).map((one) => ({ ...one, waits: one.waiting?.() ?? null }));
}

function applications(): Waiting | null {
  const found = summary.value?.verifications;
  const late = (found?.oldest_age_hours ?? 0) >= 24;
  return found?.submitted ? { text: String(found.submitted), late, what: t(late ? "nav.waiting_late" : "nav.waiting") } : null;
}

function notices(): Waiting | null {
  const found = waitingNotices.value;
  return found?.n ? { text: found.text, late: found.late, what: t(found.late ? "nav.notices_late" : "nav.notices_waiting") } : null;
}

function cases(): Waiting | null {
  const found = waitingCases.value;
  return found?.n ? { text: found.text, late: found.late, what: t(found.late ? "nav.cases_late" : "nav.cases_waiting") } : null;
}
