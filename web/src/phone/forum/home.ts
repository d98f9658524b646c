/** What 首页 shows of the forum: what my building talks about first, then what the community does. */
import { computed, type ComputedRef } from "vue";
import { here, residencyHere } from "../here.ts";
import { useList, type List } from "../list.ts";
import type { ThreadItem } from "./wire.ts";

const SHOWN_MOST = 4;

export interface HomeThreads {
  asked: List<ThreadItem>;
  newest: ComputedRef<ThreadItem[]>;
  reload: () => Promise<void>;
}

export function useHomeThreads(): HomeThreads {
  const base = computed(() => (here.value ? `/communities/${here.value.id}/threads?limit=${SHOWN_MOST}` : ""));
  const asked = useList<ThreadItem>(() => base.value && `${base.value}&order=active`);
  const near = useList<ThreadItem>(() => (base.value && residencyHere.value ? `${base.value}&order=building` : ""));
  const newest = computed(() => {
    const mine = (near.data.value ?? []).slice(0, SHOWN_MOST / 2);
    const others = (asked.data.value ?? []).filter((one) => !mine.some((other) => other.id === one.id));
    return [...mine, ...others].slice(0, SHOWN_MOST);
  });
  const reload = async (): Promise<void> => void (await Promise.all([asked.reload(), near.reload()]));
  return { asked, newest, reload };
}
