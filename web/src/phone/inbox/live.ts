/** When the inbox may have changed: the socket says so, or nobody could say it: on returning, and each minute meanwhile. */
import { onInbox } from "../../shared/api/socket.ts";

const LOOK_EVERY_MS = 60_000;

/** Calls back on each such moment; returns how to stop. */
export function onInboxChange(changed: () => void): () => void {
  const look = (): void => {
    if (document.visibilityState === "visible" && navigator.onLine) changed();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const stop = onInbox(changed);
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  return () => {
    clearInterval(timer);
    stop();
    document.removeEventListener("visibilitychange", look);
    removeEventListener("online", look);
  };
}
