/**
 * Undo instead of "are you sure": the screen shows the change at once, the server is told after six seconds,
 * and until then one tap takes it back. Leaving the page sends what is waiting.
 */
import { reactive } from "vue";

const UNDO_FOR_MS = 6000;

interface Waiting {
  text: string;
  commit: () => Promise<void> | void;
  undo: () => void;
}

export const undoBar = reactive<{ text: string; failed: string }>({ text: "", failed: "" });

let waiting: Waiting | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** `commit` talks to the server; if it throws, `undo` runs too and the bar says why. */
export function withUndo(text: string, commit: Waiting["commit"], undo: Waiting["undo"]): void {
  settle();
  waiting = { text, commit, undo };
  undoBar.text = text;
  undoBar.failed = "";
  timer = setTimeout(settle, UNDO_FOR_MS);
}

export function takeBack(): void {
  clearTimeout(timer);
  waiting?.undo();
  waiting = null;
  undoBar.text = "";
}

/** Sends what waits, now. */
export function settle(): void {
  clearTimeout(timer);
  const due = waiting;
  waiting = null;
  undoBar.text = "";
  if (!due) return;
  Promise.resolve()
    .then(() => due.commit())
    .catch((error: unknown) => {
      due.undo();
      tellFailure(error instanceof Error ? error.message : "");
    });
}

/** Says for a while what went wrong where no screen has a place for it. */
export function tellFailure(text: string): void {
  clearTimeout(timer);
  undoBar.failed = text;
  timer = setTimeout(() => (undoBar.failed = ""), UNDO_FOR_MS);
}

addEventListener("pagehide", settle);
