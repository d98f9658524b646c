/** How many notices wait in each part of the list where something is to be done. Counted from one page: beyond it, "50+". */
import { computed, shallowRef, watch } from "vue";
import { get } from "../../shared/api/client.ts";
import { me } from "../../shared/api/session.ts";
import type { Page } from "../../shared/api/types.ts";
import { can, communityId, REVIEW_NOTICES } from "../here.ts";
import type { DeskNoticeItem } from "./wire.ts";

export const COUNTED = ["waiting", "approved", "scheduled", "returned", "drafts"] as const;
type Counted = (typeof COUNTED)[number];
const PAGE = 50;
const LOOK_EVERY_MS = 60_000;

export interface Count {
  n: number;
  /** As people read it: `50+` when there are more. */
  text: string;
  late: boolean;
}

export const counts = shallowRef<Partial<Record<Counted, Count>>>({});
export const waitingNotices = computed(() => counts.value.waiting ?? null);

async function count(tab: Counted): Promise<[Counted, Count] | null> {
  const query = new URLSearchParams({ community_id: communityId.value, tab, limit: String(PAGE) });
  const page = await get<Page<DeskNoticeItem>>(`/desk/notices?${query}`).catch(() => null);
  if (!page) return null;
  const n = page.items.length;
  return [tab, { n, text: page.next_cursor ? `${n}+` : String(n), late: page.items.some((one) => one.late) }];
}

/** Those named, or all; a failure leaves the last ones. */
export async function lookAtNotices(tabs: readonly Counted[] = COUNTED): Promise<void> {
  const id = communityId.value;
  if (!id || !can(REVIEW_NOTICES)) return;
  const found = await Promise.all(tabs.map(count));
  if (id === communityId.value) counts.value = { ...counts.value, ...Object.fromEntries(found.filter((one) => one !== null)) };
}

watch(communityId, () => {
  counts.value = {};
  void lookAtNotices(["waiting"]);
});
setInterval(() => {
  if (document.visibilityState === "visible" && navigator.onLine && me.value) void lookAtNotices(["waiting"]);
}, LOOK_EVERY_MS);
