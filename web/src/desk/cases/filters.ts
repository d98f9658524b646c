/** Which cases are shown: in the address, so that reload, back and a bookmark keep it. */
import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import { communityId } from "../here.ts";
import type { SubjectKind } from "./wire.ts";

export const TABS = ["waiting", "mine", "held", "appeals", "decided"] as const;
export type Tab = (typeof TABS)[number];
export const KINDS: readonly SubjectKind[] = ["thread", "reply", "notice"];
export const SORTS = ["weight", "oldest", "newest"] as const;
export type Sort = (typeof SORTS)[number];

export interface Filters {
  tab: Tab;
  q: string;
  kind: SubjectKind | "";
  sort: Sort;
  /** Only what this account wrote. */
  author: string;
}

const PAGE = 50;

/** The gravest first where somebody waits for us, the one that waited longest where a person asked, the newest of what is over. */
export function usualSort(tab: Tab): Sort {
  return tab === "decided" ? "newest" : tab === "appeals" || tab === "held" ? "oldest" : "weight";
}

export function useFilters(): { filters: ComputedRef<Filters>; path: () => string; choose: (change: Partial<Filters>) => void } {
  const route = useRoute();
  const router = useRouter();
  const filters = computed<Filters>(() => {
    const tab = TABS.find((one) => one === route.query.tab) ?? "waiting";
    return {
      tab,
      q: typeof route.query.q === "string" ? route.query.q : "",
      kind: KINDS.find((one) => one === route.query.kind) ?? "",
      sort: SORTS.find((one) => one === route.query.sort) ?? usualSort(tab),
      author: typeof route.query.author === "string" ? route.query.author : "",
    };
  });

  function choose(change: Partial<Filters>): void {
    const next = { ...filters.value, ...(change.tab && !change.sort ? { sort: usualSort(change.tab) } : {}), ...change };
    const query = {
      ...(next.tab === "waiting" ? {} : { tab: next.tab }),
      ...(next.q ? { q: next.q } : {}),
      ...(next.kind ? { kind: next.kind } : {}),
      ...(next.sort === usualSort(next.tab) ? {} : { sort: next.sort }),
      ...(next.author ? { author: next.author } : {}),
    };
    void router.replace({ name: "cases", params: { id: "" }, query });
  }

  return { filters, path: () => pathOf(filters.value), choose };
}

export function pathOf({ tab, q, kind, sort, author }: Filters): string {
  const query = new URLSearchParams({ community_id: communityId.value, tab, sort, limit: String(PAGE) });
  if (kind) query.set("kind", kind);
  if (author) query.set("author_id", author);
  if (q.trim()) query.set("q", q.trim());
  return `/desk/cases?${query}`;
}
