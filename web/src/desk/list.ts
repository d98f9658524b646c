/** A list that grows by keyset pages. What is shown stays while it is asked for again. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { get } from "../shared/api/client.ts";
import { asProblem, type Problem } from "../shared/api/problem.ts";
import type { Page } from "../shared/api/types.ts";

export interface List<T> {
  items: ShallowRef<T[]>;
  problem: ShallowRef<Problem | null>;
  /** The first answer for this path is not here yet. */
  loading: Ref<boolean>;
  loadingMore: Ref<boolean>;
  hasMore: Ref<boolean>;
  reload: () => Promise<void>;
  more: () => Promise<void>;
}

const RENEWED_EVERY_MS = 60_000;

/** The time of the last look; with it, the list is asked for again each minute that somebody looks. */
export function useRenewed({ hasMore, reload }: Pick<List<unknown>, "hasMore" | "reload">): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
    // Further pages are being read; pulling them away would lose the place.
    if (document.visibilityState === "visible" && navigator.onLine && !hasMore.value) void reload();
  }, RENEWED_EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  return now;
}

/** Asks for `path` now and whenever it changes; an empty path asks nothing. `path` ends in its query. */
export function useList<T>(path: () => string): List<T> {
  const items = shallowRef<T[]>([]);
  const problem = shallowRef<Problem | null>(null);
  const [loading, loadingMore, hasMore] = [ref(true), ref(false), ref(false)];
  let cursor: string | null = null;
  let round = 0;
  onScopeDispose(() => (round = -1));

  async function page(from: string | null): Promise<void> {
    const asked = path();
    if (!asked) return;
    const mine = (round += 1);
    problem.value = null;
    try {
      const found = await get<Page<T>>(from ? `${asked}&cursor=${encodeURIComponent(from)}` : asked);
      if (mine !== round) return;
      items.value = from ? [...items.value, ...found.items] : found.items;
      cursor = found.next_cursor;
      hasMore.value = cursor !== null;
    } catch (error) {
      if (mine === round) problem.value = asProblem(error);
    } finally {
      if (mine === round) loading.value = loadingMore.value = false;
    }
  }

  const reload = (): Promise<void> => page(null);

  async function more(): Promise<void> {
    if (!cursor || loadingMore.value) return;
    loadingMore.value = true;
    await page(cursor);
  }

  watch(path, () => {
    items.value = [];
    hasMore.value = false;
    loading.value = true;
    void reload();
  });
  void reload();
  return { items, problem, loading, loadingMore, hasMore, reload, more };
}
