/** The boards of the community one stands in, and whether one may write in any of them. */
import { computed, type ComputedRef } from "vue";
import { useAnswer, type Asked } from "../../shared/answer.ts";
import type { Board } from "./wire.ts";

export interface Boards {
  asked: Asked<{ items: Board[] }>;
  all: ComputedRef<Board[]>;
  open: ComputedRef<Board[]>;
}

export function useBoards(community: () => string): Boards {
  const asked = useAnswer<{ items: Board[] }>(() => (community() ? `/communities/${community()}/boards` : ""), { keep: true });
  const all = computed(() => asked.data.value?.items ?? []);
  const open = computed(() => all.value.filter((board) => board.can.includes("post")));
  return { asked, all, open };
}
