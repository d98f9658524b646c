/** A list that grows by pages; its first page is kept on this device and shown, with its age, when the network is away. */
import { onScopeDispose, ref, shallowRef, watch } from "vue";
import type { Asked } from "../shared/answer.ts";
import { get } from "../shared/api/client.ts";
import { lastAnswer, rememberAnswer } from "../shared/api/last-answers.ts";
import { asProblem, type Problem } from "../shared/api/problem.ts";
import type { Page } from "../shared/api/types.ts";

export interface List<T> extends Asked<T[]> {
  hasMore: { value: boolean };
  more: () => Promise<void>;
}

/** Asks for `path`, which holds a `?`, now and whenever it changes; an empty path asks nothing. `hear` gets each whole first page. */
export function useList<T, P extends Page<T> = Page<T>>(path: () => string, hear?: (page: P) => void): List<T> {
  const data = shallowRef<T[] | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const [loading, hasMore] = [ref(false), ref(false)];
  const keptAt = ref<number | null>(null);
  let cursor: string | null = null;
  let round = 0;
  onScopeDispose(() => (round = -1));

  async function page(from: string | null): Promise<void> {
    const asked = path();
    if (!asked || round < 0) return;
    const mine = (round += 1);
    loading.value = true;
    problem.value = null;
    try {
      const found = await get<P>(from ? `${asked}&cursor=${encodeURIComponent(from)}` : asked);
      if (mine !== round) return;
      take(from ? [...(data.value ?? []), ...found.items] : found.items, found.next_cursor);
      keptAt.value = null;
      if (from) return;
      rememberAnswer(asked, found);
      hear?.(found);
    } catch (error) {
      if (mine !== round) return;
      problem.value = asProblem(error);
      const kept = !from && problem.value.mayRetry ? lastAnswer<P>(asked) : null;
      if (!kept) return;
      take(kept.data.items, null);
      keptAt.value = kept.at;
    } finally {
      if (mine === round) loading.value = false;
    }
  }

  function take(items: T[], next: string | null): void {
    data.value = items;
    cursor = next;
    hasMore.value = next !== null;
  }

  const reload = (): Promise<void> => page(null);

  async function more(): Promise<void> {
    if (cursor && !loading.value) await page(cursor);
  }

  watch(path, () => {
    data.value = null;
    hasMore.value = false;
    void reload();
  });
  void reload();
  return { data, problem, loading, keptAt, hasMore, reload, more };
}
