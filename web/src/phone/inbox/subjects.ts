/** Where a tap on an item of the inbox, or on its push, leads. */
import type { InboxItem } from "./wire.ts";

/** A route of the phone, or the desk's address; null where there is nothing to open. */
export function placeOf(item: Pick<InboxItem, "kind" | "subject_kind" | "subject_id">): { to: string } | { href: string } | null {
  const { kind, subject_kind: subject, subject_id: id } = item;
  if (kind === "desk.doors") return { to: `/doors/${id}` };
  if (kind === "desk.waiting") return { href: `/desk#/${subject === "notice" ? "notices" : "verifications"}/${id}` };
  if (kind === "desk.cases") return { href: `/desk#/cases/${id}` };
  if (subject === "notice") return { to: `/notices/${id}` };
  // Where somebody answered, the first unread reply is what one was told of.
  if (subject === "thread") return { to: `/threads/${id}${kind === "forum.reply" || kind === "forum.mention" ? "?at=unread" : ""}` };
  if (subject === "sanction") return { to: `/sanctions/${id}` };
  if (kind === "report.decided") return { to: "/me/reports" };
  if (subject === "verification") return { to: "/verification" };
  if (kind === "account.warned") return { to: "/me/devices" };
  return null;
}
