/** What a screen asks for: loading, an answer, an answer from before with its age, or a problem with a retry. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { get } from "./api/client.ts";
import { lastAnswer, rememberAnswer } from "./api/last-answers.ts";
import { asProblem, type Problem } from "./api/problem.ts";
import type { Page } from "./api/types.ts";

const MOST_PAGES = 20;

export interface Asked<T> {
  data: ShallowRef<T | null>;
  problem: ShallowRef<Problem | null>;
  loading: Ref<boolean>;
  /** Set when `data` is from an earlier visit: when it was fetched (ms). */
  keptAt: Ref<number | null>;
  reload: () => Promise<void>;
}

/** Asks for `path` now, and again when it changes; an empty path asks nothing. With `keep`, the answer is shown again when the network is away. */
export function useAnswer<T>(path: () => string, options: { keep?: boolean } = {}): Asked<T> {
  return ask(path, (asked) => get<T>(asked), options);
}

/** A whole short list (the doors of one entrance), page after page; at most `MOST_PAGES` of them. */
export function useAllPages<T>(path: () => string): Asked<T[]> {
  return ask(path, async (asked) => {
    const items: T[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page: Page<T> = await get<Page<T>>(cursor ? `${asked}&cursor=${encodeURIComponent(cursor)}` : asked);
      items.push(...page.items);
      cursor = page.next_cursor;
      if (!cursor) break;
    }
    return items;
  });
}

function ask<T>(path: () => string, fetchIt: (path: string) => Promise<T>, options: { keep?: boolean } = {}): Asked<T> {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(false);
  const keptAt = ref<number | null>(null);
  let gone = false;
  onScopeDispose(() => (gone = true));

  async function reload(): Promise<void> {
    const asked = path();
    if (!asked) return;
    loading.value = true;
    problem.value = null;
    try {
      const found = await fetchIt(asked);
      if (gone || asked !== path()) return;
      data.value = found;
      keptAt.value = null;
      if (options.keep) rememberAnswer(asked, found);
    } catch (error) {
      if (gone || asked !== path()) return;
      problem.value = asProblem(error);
      const kept = options.keep && problem.value.mayRetry ? lastAnswer<T>(asked) : null;
      if (kept) {
        data.value = kept.data;
        keptAt.value = kept.at;
      }
    } finally {
      if (!gone && asked === path()) loading.value = false;
    }
  }

  watch(path, () => {
    data.value = null;
    void reload();
  });
  void reload();
  return { data, problem, loading, keptAt, reload };
}
