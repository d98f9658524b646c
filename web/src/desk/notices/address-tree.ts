/** Reads the address tree, level by level. */
import { reactive } from "vue";
import { get } from "../../shared/api/client.ts";
import type { Address, Page } from "../../shared/api/types.ts";
import type { Place } from "./places.ts";

const PAGE = "50";
const PAGES_MOST = 40;

/** One level: what stands below a place, or the estates. */
export async function addressesBelow(communityId: string, parent: string): Promise<Address[]> {
  const items: Address[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MOST; pages += 1) {
    const query = new URLSearchParams({ limit: PAGE, ...(parent ? { parent } : {}), ...(cursor ? { cursor } : {}) });
    const page: Page<Address> = await get<Page<Address>>(`/communities/${communityId}/addresses?${query}`);
    items.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return items;
}

export async function placesBelow(communityId: string, parent: Place | null): Promise<Place[]> {
  const items = await addressesBelow(communityId, parent?.id ?? "");
  return items.map((one) => reactive({ id: one.id, kind: one.kind, name: one.name, path: parent ? `${parent.path} ${one.name}` : one.name, parent, hasChildren: one.has_children, children: null }));
}

/** Estates with their buildings: what nearly every audience is made of. */
export async function estatesWithBuildings(communityId: string): Promise<Place[]> {
  const estates = await placesBelow(communityId, null);
  await Promise.all(estates.map(async (one) => (one.children = one.hasChildren ? await placesBelow(communityId, one) : [])));
  return estates;
}
