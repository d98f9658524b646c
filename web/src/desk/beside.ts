/** A list with one of its rows open beside it: which one stands in the address; the keyboard's place may be another. */
import { computed, nextTick, ref, type ComputedRef, type Ref } from "vue";
import { useRoute, useRouter } from "vue-router";
import { useKeys } from "./keys.ts";
import { t } from "./words.ts";

interface Row {
  id: string;
}

export interface Beside<T> {
  openId: ComputedRef<string>;
  cursorId: Ref<string>;
  open: (item: T | undefined) => void;
  close: () => Promise<void>;
  neighbour: (step: 1 | -1) => T | undefined;
  openAtCursor: () => void;
}

/** `name` is the route, which has an `id`; rows carry it as `data-row`. Its keys are j, k, Enter and Esc. */
export function useBeside<T extends Row>(name: string, shown: () => T[]): Beside<T> {
  const route = useRoute();
  const router = useRouter();
  const openId = computed(() => (typeof route.params.id === "string" ? route.params.id : ""));
  const cursorId = ref("");

  function open(item: T | undefined): void {
    if (!item) return;
    cursorId.value = item.id;
    void router.replace({ name, params: { id: item.id }, query: route.query });
    focusRow(item.id);
  }

  async function close(): Promise<void> {
    if (!openId.value) return;
    const from = openId.value;
    await router.replace({ name, params: { id: "" }, query: route.query });
    await nextTick();
    focusRow(from);
  }

  function neighbour(step: 1 | -1): T | undefined {
    const at = shown().findIndex((one) => one.id === (openId.value || cursorId.value));
    return at < 0 ? shown()[0] : shown()[at + step];
  }

  function move(step: 1 | -1): void {
    const next = neighbour(step);
    if (!next) return;
    cursorId.value = next.id;
    if (openId.value) open(next);
    else focusRow(next.id);
  }

  const openAtCursor = (): void => open(shown().find((one) => one.id === cursorId.value) ?? shown()[0]);
  useKeys([
    { key: "j", does: () => t("keys.down"), run: () => move(1) },
    { key: "k", does: () => t("keys.up"), run: () => move(-1) },
    { key: "Enter", does: () => t("keys.open"), run: openAtCursor },
    { key: "Escape", does: () => t("keys.close"), run: () => void close() },
  ]);
  return { openId, cursorId, open, close, neighbour, openAtCursor };
}

function focusRow(id: string): void {
  document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
}
