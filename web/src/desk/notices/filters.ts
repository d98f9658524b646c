/** Which notices are shown: in the address, so that reload, back and a bookmark keep it. */
import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import { communityId } from "../here.ts";
import type { Stream } from "./wire.ts";

export const TABS = ["waiting", "approved", "scheduled", "published", "returned", "past", "drafts"] as const;
export type Tab = (typeof TABS)[number];
export const STREAMS = ["notice", "news"] as const;

export interface Filters {
  tab: Tab;
  q: string;
  stream: Stream | "";
  sort: "oldest" | "newest";
}

const PAGE = 50;

/** What waits is read from its oldest; what is over, from its newest. */
export function usualSort(tab: Tab): Filters["sort"] {
  return tab === "waiting" || tab === "approved" ? "oldest" : "newest";
}

export function useFilters(): { filters: ComputedRef<Filters>; path: () => string; choose: (change: Partial<Filters>) => void } {
  const route = useRoute();
  const router = useRouter();
  const filters = computed<Filters>(() => {
    const tab = TABS.find((one) => one === route.query.tab) ?? "waiting";
    return {
      tab,
      q: typeof route.query.q === "string" ? route.query.q : "",
      stream: STREAMS.find((one) => one === route.query.stream) ?? "",
      sort: route.query.sort === "newest" || route.query.sort === "oldest" ? route.query.sort : usualSort(tab),
    };
  });

  function choose(change: Partial<Filters>): void {
    const before = filters.value;
    const next = { ...before, ...(change.tab && !change.sort ? { sort: usualSort(change.tab) } : {}), ...change };
    const query = {
      ...(next.tab === "waiting" ? {} : { tab: next.tab }),
      ...(next.q ? { q: next.q } : {}),
      ...(next.stream ? { stream: next.stream } : {}),
      ...(next.sort === usualSort(next.tab) ? {} : { sort: next.sort }),
    };
    void router.replace({ name: "notices", params: { id: "" }, query });
  }

  return { filters, path: () => pathOf(filters.value), choose };
}

export function pathOf({ tab, q, stream, sort }: Filters): string {
  const query = new URLSearchParams({ community_id: communityId.value, tab, sort, limit: String(PAGE) });
  if (stream) query.set("stream", stream);
  if (q.trim()) query.set("q", q.trim());
  return `/desk/notices?${query}`;
}
