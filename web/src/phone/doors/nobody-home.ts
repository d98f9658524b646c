/** "Nobody was in": a note for oneself on this phone, so that one comes back. It is no tick, and nobody else sees it. */
import { reactive } from "vue";
import { lastAnswer, rememberAnswer } from "../../shared/api/last-answers.ts";

const place = (notice: string): string => `nobody-home:${notice}`;

/** By home: when (ms since the epoch). Goes with the session, as everything kept. */
export function nobodyHome(notice: string): { at: Record<string, number>; note: (home: string) => void; forget: (home: string) => void } {
  const at = reactive<Record<string, number>>(lastAnswer<Record<string, number>>(place(notice))?.data ?? {});
  const keep = (): void => rememberAnswer(place(notice), at);
  return {
    at,
    note: (home) => {
      at[home] = Date.now();
      keep();
    },
    forget: (home) => {
      delete at[home];
      keep();
    },
  };
}
