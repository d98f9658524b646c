/** Where a tap on an item of the inbox, or on its push, leads. */
import type { InboxItem } from "./wire.ts";

/** A route of the phone, or the desk's address; null where there is nothing to open. */
export function placeOf(item: Pick<InboxItem, "kind" | "subject_kind" | "subject_id">): { to: string } | { href: string } | null {
  const { kind, subject_kind: subject, subject_id: id } = item;
  if (kind === "desk.doors") return { to: `/doors/${id}` };
  if (kind === "desk.waiting") return { href: `/desk#/${subject === "notice" ? "notices" : "verifications"}/${id}` };
  if (subject === "notice") return { to: `/notices/${id}` };
  // Its first unread reply is what somebody was told of.
  if (subject === "thread") return { to: `/threads/${id}?at=unread` };
  if (subject === "verification") return { to: "/verification" };
  if (kind === "account.warned") return { to: "/me/devices" };
  return null;
}
