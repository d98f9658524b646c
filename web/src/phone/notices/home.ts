/** What 首页 shows of notices: the urgent one, those that want an answer, and the newest. */
import { computed, ref, watch, type ComputedRef } from "vue";
import { residencyHere, here } from "../here.ts";
import { useList, type List } from "../list.ts";
import { isRead } from "./receipts.ts";
import type { NoticeItem } from "./wire.ts";

const CARDS_MOST = 2;
const NEWEST_MOST = 5;

export interface HomeNotices {
  asked: List<NoticeItem>;
  /** Cards, the most urgent first; `asks`: with a button to acknowledge. */
  cards: ComputedRef<{ notice: NoticeItem; asks: boolean }[]>;
  newest: ComputedRef<NoticeItem[]>;
  /** More that want an answer than there are cards. */
  hasMore: ComputedRef<boolean>;
  reload: () => Promise<void>;
}

export function useHomeNotices(): HomeNotices {
  const base = computed(() => (here.value ? `/communities/${here.value.id}/notices` : ""));
  const asked = useList<NoticeItem>(() => base.value && `${base.value}?show=current&limit=20`);
  const toAnswer = useList<NoticeItem>(() => (base.value && residencyHere.value ? `${base.value}?show=to_acknowledge&limit=10` : ""));
  /** Shown on this visit, so that a card that was answered says so instead of vanishing under the thumb. */
  const shown = ref(new Set<string>());

  const all = computed(() => {
    const answers = toAnswer.data.value ?? [];
    const urgent = (asked.data.value ?? []).filter(
      (one) => one.priority === "urgent" && !answers.some((other) => other.id === one.id) && (!isRead(one) || shown.value.has(one.id)),
    );
    const ordered = [...urgent.map((notice) => ({ notice, asks: false })), ...answers.map((notice) => ({ notice, asks: true }))];
    return ordered.sort((one, other) => weight(other.notice) - weight(one.notice));
  });
  const cards = computed(() => all.value.slice(0, CARDS_MOST));
  const hasMore = computed(() => all.value.length > CARDS_MOST);
  const newest = computed(() => (asked.data.value ?? []).filter((one) => !cards.value.some(({ notice }) => notice.id === one.id)).slice(0, NEWEST_MOST));
  watch(cards, (now) => now.forEach(({ notice }) => shown.value.add(notice.id)), { immediate: true });

  const reload = async (): Promise<void> => void (await Promise.all([asked.reload(), toAnswer.reload()]));
  return { asked, cards, newest, hasMore, reload };
}

function weight({ priority }: NoticeItem): number {
  return priority === "urgent" ? 2 : priority === "important" ? 1 : 0;
}
