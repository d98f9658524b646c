/** The keyboard of the desk: screens bind letters while they are shown; `?` lists what is bound. */
import { onScopeDispose, shallowReactive } from "vue";

export interface Key {
  key: string;
  does: () => string;
  run: () => void;
  /** Neither heard nor listed while this is false. */
  when?: () => boolean;
}

export function works(key: Key): boolean {
  return key.when?.() ?? true;
}

export const bound = shallowReactive<Key[]>([]);

/** Binds for as long as the calling component lives. The latest binding of a letter wins. */
export function useKeys(keys: Key[]): void {
  bound.unshift(...keys);
  onScopeDispose(() => {
    for (const key of keys) bound.splice(bound.indexOf(key), 1);
  });
}

const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]";

function pressed(event: KeyboardEvent): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (inDialog || (event.key !== "Escape" && target.closest(TYPING))) return;
  // Enter on a button or a link is that button's.
  if (event.key === "Enter" && target.closest("button, a, [role=button], [role=combobox]")) return;
  const key = bound.find((one) => one.key === event.key && works(one));
  if (!key) return;
  event.preventDefault();
  key.run();
}

function dialogOpen(): boolean {
  return [...document.querySelectorAll<HTMLElement>("[role=dialog][aria-modal=true]")].some((one) => one.offsetParent !== null || one.getClientRects().length > 0);
}

// Looked at before anybody else hears of the key: Esc closes the dialog first, and must not close what is under it too.
let inDialog = false;
addEventListener("keydown", () => (inDialog = dialogOpen()), { capture: true });
addEventListener("keydown", pressed);
