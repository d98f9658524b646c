/** How many items of the inbox are unread, as the bell shows it; every answer that knows it says it here. */
import { me } from "../../shared/api/session.ts";

export function showUnread(count: number): void {
  const known = me.value;
  if (known && known.unread.inbox !== count) me.value = { ...known, unread: { ...known.unread, inbox: count } };
}
