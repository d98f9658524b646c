/** What a screen keeps asking for: only what changed crosses the wire, and what is shown stays until then. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { ask } from "../../shared/api/client.ts";
import { asProblem, type Problem } from "../../shared/api/problem.ts";

const NOT_MODIFIED = 304;

export interface Live<T> {
  data: ShallowRef<T | null>;
  problem: ShallowRef<Problem | null>;
  /** When the server last said how things stand (ms). */
  heardAt: Ref<number>;
  reload: () => Promise<void>;
}

/** Asks for `path` now, when it changes, and again and again while somebody looks (0: only when told); an empty path asks nothing. */
export function useLive<T>(path: () => string, everyMs: number): Live<T> {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const heardAt = ref(0);
  let etag: string | null = null;
  let round = 0;

  async function reload(): Promise<void> {
    const asked = path();
    if (!asked) return;
    const mine = (round += 1);
    try {
      const answer = await ask<T>("GET", asked, etag ? { headers: { "If-None-Match": etag } } : {});
      if (mine !== round) return;
      data.value = answer.data;
      etag = answer.etag;
      heard();
    } catch (error) {
      if (mine !== round) return;
      const found = asProblem(error);
      if (found.status === NOT_MODIFIED) heard();
      else problem.value = found;
    }
  }

  function heard(): void {
    problem.value = null;
    heardAt.value = Date.now();
  }

  watch(path, () => {
    data.value = null;
    etag = null;
    void reload();
  });
  const look = (): unknown => document.visibilityState === "visible" && navigator.onLine && reload();
  const timer = everyMs ? setInterval(look, everyMs) : undefined;
  onScopeDispose(() => {
    clearInterval(timer);
    round = -1;
  });
  void reload();
  return { data, problem, heardAt, reload };
}
