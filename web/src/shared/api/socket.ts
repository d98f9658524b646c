/** The one socket of this page: open while somebody is signed in and looking. It brings hints; the API has the truth. */
import { watch } from "vue";
import { BASE } from "./client.ts";
import { Line, type Frame } from "./line.ts";
import { me, signedIn } from "./session.ts";
import { bearer, mayBeSignedIn, renewBearer } from "./tokens.ts";

/** What the bell is told: the number now, and the item that is new; null where only the number has changed. */
export interface InboxNews {
  unread: number;
  item: { id: string; kind: string; title: string; body: string; [name: string]: unknown } | null;
}

const listeners = new Set<(news: InboxNews) => void>();
const line = new Line({
  url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${BASE}/socket`,
  token: (anew) => (anew ? renewBearer() : bearer()),
  may: () => signedIn.value && mayBeSignedIn(),
  wants: () => document.visibilityState === "visible" && navigator.onLine,
  hear,
});

/** Calls back when the inbox has changed, and when the socket has come back and may have missed something. Returns how to stop. */
export function onInbox(changed: (news: InboxNews) => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** Once, by each entry. */
export function startSocket(): void {
  const look = (): void => line.look();
  watch(signedIn, look, { immediate: true });
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  addEventListener("offline", look);
  addEventListener("pagehide", () => line.end());
  addEventListener("pageshow", look);
}

function hear(frame: Frame): void {
  if (frame.type === "ready") tell({ unread: (frame.unread as Record<string, number>).inbox ?? 0, item: null });
  if (frame.type === "inbox") tell(frame as unknown as InboxNews);
}

function tell(news: InboxNews): void {
  if (me.value && me.value.unread.inbox !== news.unread) me.value = { ...me.value, unread: { ...me.value.unread, inbox: news.unread } };
  listeners.forEach((changed) => changed(news));
}
