/** What was searched for on this device, newest first. It goes with the session, or when somebody clears it. */
import { ref } from "vue";
import { lastAnswer, rememberAnswer } from "../../shared/api/last-answers.ts";

const KEPT = "searches";
const KEEP_AT_MOST = 8;

export interface RecentSearches {
  words: { value: string[] };
  keep: (words: string) => void;
  clear: () => void;
}

export function useRecentSearches(): RecentSearches {
  const words = ref<string[]>(lastAnswer<string[]>(KEPT)?.data ?? []);

  function put(now: string[]): void {
    words.value = now;
    rememberAnswer(KEPT, now);
  }

  return {
    words,
    keep: (one) => put([one, ...words.value.filter((other) => other !== one)].slice(0, KEEP_AT_MOST)),
    clear: () => put([]),
  };
}
