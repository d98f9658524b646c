/** How far one has read: told a moment after scrolling stops, through the outbox, and laid over what the lists say. */
import { onScopeDispose, reactive } from "vue";
import { signedIn } from "../../shared/api/session.ts";
import { putInOutbox } from "../outbox/outbox.ts";
import type { ThreadItem } from "./wire.ts";

const TELL_AFTER_MS = 1_200;

/** Of threads read on this visit: whether all that was there has been seen, and how many replies that were. */
const here = reactive(new Map<string, { replies: number; left: number }>());

/** Replies one hasn't read; null: never opened. */
export function unreadOf(item: ThreadItem): number | null {
  const seen = here.get(item.id);
  if (!seen) return item.unread;
  const most = seen.left + Math.max(0, item.reply_count - seen.replies);
  return item.unread === null ? most : Math.min(most, item.unread);
}

export interface Reading {
  saw: (number: number) => void;
}

/** `about`: the thread as it is shown now. */
export function useReading(id: string, about: () => { last: number; read: number | null; replies: number } | null): Reading {
  let seen = -1;
  let told = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function saw(number: number): void {
    const now = about();
    if (!now || !signedIn.value || number <= Math.max(seen, now.read ?? -1)) return;
    seen = number;
    clearTimeout(timer);
    timer = setTimeout(tell, TELL_AFTER_MS);
  }

  function tell(): void {
    clearTimeout(timer);
    const now = about();
    if (!now || seen <= told) return;
    told = seen;
    here.set(id, { replies: now.replies, left: Math.min(now.replies, Math.max(0, now.last - seen)) });
    putInOutbox({ slot: `thread-read:${id}`, method: "PUT", path: `/threads/${id}/read`, body: { number: seen } });
  }

  addEventListener("pagehide", tell);
  onScopeDispose(() => {
    tell();
    removeEventListener("pagehide", tell);
  });
  return { saw };
}
