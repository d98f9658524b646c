/**
 * When the inbox may have changed: the socket says so, on returning to the page or to the network, and each minute while it is
 * looked at, since a socket may be away.
 */
import { onInbox } from "../../shared/api/socket.ts";

const LOOK_EVERY_MS = 60_000;

/** Calls back on each such moment; returns how to stop. */
export function onInboxChange(changed: () => void): () => void {
  const looked = (): void => {
    if (document.visibilityState === "visible" && navigator.onLine) changed();
  };
  const timer = setInterval(looked, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", looked);
  addEventListener("online", looked);
  const stop = onInbox(looked);
  return () => {
    stop();
    clearInterval(timer);
    document.removeEventListener("visibilitychange", looked);
    removeEventListener("online", looked);
  };
}
