/** What the words being typed may become: asked a moment after the last key, the newest question alone is heard. */
import { onScopeDispose, ref, watch, type Ref } from "vue";
import { get } from "../../shared/api/client.ts";

const ASK_AFTER_MS = 200;

/** `typed`: "" asks nothing and suggests nothing. */
export function useSuggestions(community: () => string, typed: () => string): Ref<string[]> {
  const found = ref<string[]>([]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = new AbortController();

  async function ask(words: string): Promise<void> {
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    const query = new URLSearchParams({ community_id: community(), q: words });
    // Without suggestions one searches just as well.
    const answer = await get<{ items: string[] }>(`/search/suggestions?${query}`, { signal }).catch(() => null);
    if (!signal.aborted) found.value = answer?.items ?? [];
  }

  watch(typed, (words) => {
    clearTimeout(timer);
    stop.abort();
    if (!words || !community()) found.value = [];
    else timer = setTimeout(() => void ask(words), ASK_AFTER_MS);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    stop.abort();
  });
  return found;
}
