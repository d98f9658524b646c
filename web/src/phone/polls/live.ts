/** A poll that somebody looks at: how it stands is asked again every few seconds, and crosses the wire only when it changed. */
import { onBeforeUnmount, onMounted, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { ask } from "../../shared/api/client.ts";
import type { Poll } from "./wire.ts";

const LOOK_EVERY_MS = 5000;

export interface LivePoll {
  poll: ShallowRef<Poll>;
  /** What another answer has just said. */
  take: (poll: Poll) => void;
  look: () => Promise<void>;
}

export function useLivePoll(given: () => Poll, place: Ref<HTMLElement | undefined>): LivePoll {
  const poll = shallowRef(given());
  let etag: string | null = null;
  let inView = false;
  let round = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const eye = new IntersectionObserver((seen) => (inView = seen.at(-1)?.isIntersecting ?? false));

  function take(found: Poll): void {
    round += 1;
    etag = null;
    poll.value = found;
  }

  async function look(): Promise<void> {
    const mine = (round += 1);
    try {
      const answer = await ask<Poll>("GET", `/polls/${poll.value.id}`, etag ? { headers: { "If-None-Match": etag } } : {});
      if (mine !== round) return;
      poll.value = answer.data;
      etag = answer.etag;
    } catch {
      // Nothing new, or no network: what is shown stays, and the next look comes by itself.
    }
  }

  function tick(): void {
    if (inView && poll.value.state === "open" && document.visibilityState === "visible" && navigator.onLine) void look();
  }

  watch(given, take);
  onMounted(() => {
    if (place.value) eye.observe(place.value);
    timer = setInterval(tick, LOOK_EVERY_MS);
  });
  onBeforeUnmount(() => {
    clearInterval(timer);
    eye.disconnect();
    round = -1;
  });
  return { poll, take, look };
}
