/** Which part of the queue is shown: in the address, so that reload, back and a bookmark keep it. */
import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { VerificationState } from "../../shared/api/types.ts";
import { communityId } from "../here.ts";

export const TABS = ["waiting", "submitted", "mine", "needs_more", "approved", "rejected", "withdrawn"] as const;
export type Tab = (typeof TABS)[number];

export interface Filters {
  tab: Tab;
  q: string;
  sort: "oldest" | "newest";
}

/** Whether an application in this state is listed under the tab. */
export function belongs(tab: Tab, state: VerificationState): boolean {
  if (tab === "waiting") return state === "submitted" || state === "claimed" || state === "needs_more";
  return tab === "mine" ? state === "claimed" : tab === state;
}

const PAGE = 50;

export function useFilters(): { filters: ComputedRef<Filters>; path: () => string; choose: (change: Partial<Filters>) => void } {
  const route = useRoute();
  const router = useRouter();
  const filters = computed<Filters>(() => ({
    tab: TABS.find((one) => one === route.query.tab) ?? "waiting",
    q: typeof route.query.q === "string" ? route.query.q : "",
    sort: route.query.sort === "newest" ? "newest" : "oldest",
  }));

  function choose(change: Partial<Filters>): void {
    const next = { ...filters.value, ...change };
    const query = {
      ...(next.tab === "waiting" ? {} : { tab: next.tab }),
      ...(next.q ? { q: next.q } : {}),
      ...(next.sort === "oldest" ? {} : { sort: next.sort }),
    };
    void router.replace({ name: "verifications", params: { id: "" }, query });
  }

  return { filters, path: () => pathOf(filters.value), choose };
}

export function pathOf({ tab, q, sort }: Filters): string {
  const query = new URLSearchParams({ community_id: communityId.value, sort, limit: String(PAGE) });
  // "Mine" are claimed ones; there are never more than one person can look at in half an hour.
  const state = tab === "mine" ? "claimed" : tab;
  if (state !== "waiting") query.set("state", state);
  if (q.trim()) query.set("q", q.trim());
  return `/desk/verifications?${query}`;
}
