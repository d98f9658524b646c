/** Where one was on a screen that one comes back to. A list is asked for again, and is short until it is answered. */
import type { RouterScrollBehavior } from "vue-router";

type Place = NonNullable<Parameters<RouterScrollBehavior>[2]>;

const WAIT_MOST_MS = 10_000;
const MOVES = ["pointerdown", "wheel", "keydown", "popstate"] as const;

/** The place once the screen reaches that far; false where it never does, or somebody has moved on by then. */
export function reached(place: Place): Promise<Place | false> {
  return new Promise((resolve) => {
    const page = document.documentElement;
    const end = (found: Place | false): void => {
      grown.disconnect();
      clearTimeout(timer);
      MOVES.forEach((move) => removeEventListener(move, moved));
      resolve(found);
    };
    const moved = (): void => end(false);
    const grown = new ResizeObserver(() => page.scrollHeight >= place.top + innerHeight && end(place));
    const timer = setTimeout(moved, WAIT_MOST_MS);
    MOVES.forEach((move) => addEventListener(move, moved));
    grown.observe(document.body);
  });
}
