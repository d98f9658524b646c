/** Items seen: shown as read at once, told through the outbox, so that a lift without signal makes no difference. */
import { reactive } from "vue";
import { me } from "../../shared/api/session.ts";
import { onSent, putInOutbox, waiting } from "../outbox/outbox.ts";
import type { InboxItem } from "./wire.ts";

interface ReadBody {
  item_ids?: string[];
  until?: string;
}

/** An item that has grown since is news again. */
const here = reactive({ items: new Set<string>(), until: "" });
const asSeen = (item: InboxItem): string => `${item.id}:${item.changed_at}`;

export function isItemRead(item: InboxItem): boolean {
  if (item.read_at !== null || here.items.has(asSeen(item)) || item.changed_at <= here.until) return true;
  return waiting.value.some((job) => {
    if (!job.slot.startsWith("inbox:")) return false;
    const { item_ids: ids, until } = job.body as ReadBody;
    return ids?.includes(item.id) || item.changed_at <= (until ?? "");
  });
}

export function readItem(item: InboxItem): void {
  if (isItemRead(item)) return;
  here.items.add(asSeen(item));
  showUnread((me.value?.unread.inbox ?? 1) - 1);
  tell({ item_ids: [item.id] });
}

/** All that stand in the list, and what is older. */
export function readAll(items: InboxItem[]): void {
  const newest = items.reduce((latest, one) => (one.changed_at > latest ? one.changed_at : latest), "");
  if (!newest) return;
  here.until = newest;
  showUnread(0);
  tell({ until: newest });
}

/** As every answer that knows it says. */
export function showUnread(count: number): void {
  const known = me.value;
  if (known && known.unread.inbox !== count) me.value = { ...known, unread: { ...known.unread, inbox: Math.max(0, count) } };
}

function tell(body: ReadBody): void {
  putInOutbox({ slot: `inbox:${body.until ?? body.item_ids?.[0]}`, method: "PUT", path: "/inbox/read", body });
}

onSent((job, answer) => {
  if (job.slot.startsWith("inbox:")) showUnread((answer as { unread: number }).unread);
});
