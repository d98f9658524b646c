/** How many cases wait in each part of the list where something is to be done. Counted from one page: beyond it, "50+". */
import { computed, shallowRef, watch } from "vue";
import { get } from "../../shared/api/client.ts";
import { me } from "../../shared/api/session.ts";
import type { Page } from "../../shared/api/types.ts";
import { can, communityId, DECIDE_CASES } from "../here.ts";
import { ageOf } from "./age.ts";
import type { CaseItem } from "./wire.ts";

export const COUNTED = ["waiting", "mine", "held", "appeals"] as const;
type Counted = (typeof COUNTED)[number];
/** What the number in the navigation is made of: everything that somebody waits for. */
const WORK: readonly Counted[] = ["waiting", "held", "appeals"];
const PAGE = 50;
const LOOK_EVERY_MS = 60_000;

export interface Count {
  n: number;
  /** As people read it: `50+` when there are more. */
  text: string;
  late: boolean;
}

export const counts = shallowRef<Partial<Record<Counted, Count>>>({});
export const waitingCases = computed<Count | null>(() => {
  const found = WORK.map((tab) => counts.value[tab]).filter((one) => one !== undefined);
  const n = found.reduce((sum, one) => sum + one.n, 0);
  return found.length ? { n, text: found.some((one) => one.text.endsWith("+")) ? `${n}+` : String(n), late: found.some((one) => one.late) } : null;
});

async function count(tab: Counted): Promise<[Counted, Count] | null> {
  const query = new URLSearchParams({ community_id: communityId.value, tab, limit: String(PAGE) });
  const page = await get<Page<CaseItem>>(`/desk/cases?${query}`).catch(() => null);
  if (!page) return null;
  const n = page.items.length;
  return [tab, { n, text: page.next_cursor ? `${n}+` : String(n), late: page.items.some((one) => ageOf(one, Date.now()).late) }];
}

/** Those named, or all; a failure leaves the last ones. */
export async function lookAtCases(tabs: readonly Counted[] = COUNTED): Promise<void> {
  const id = communityId.value;
  if (!id || !can(DECIDE_CASES)) return;
  const found = await Promise.all(tabs.map(count));
  if (id === communityId.value) counts.value = { ...counts.value, ...Object.fromEntries(found.filter((one) => one !== null)) };
}

watch(communityId, () => {
  counts.value = {};
  void lookAtCases(WORK);
});
setInterval(() => {
  if (document.visibilityState === "visible" && navigator.onLine && me.value) void lookAtCases(WORK);
}, LOOK_EVERY_MS);
