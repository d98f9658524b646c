/** The address tree with what is chosen of it. A chosen place stands for everything in it. */
import { reactive } from "vue";
import { get } from "../../shared/api/client.ts";
import type { Address, AddressKind, Page } from "../../shared/api/types.ts";

const PAGE = "50";
const PAGES_MOST = 40;

export interface Place {
  id: string;
  kind: AddressKind;
  name: string;
  /** From the estate on: `翠湖园 3幢`. */
  path: string;
  parent: Place | null;
  hasChildren: boolean;
  /** Null until it has been looked into. */
  children: Place[] | null;
}

export async function placesBelow(communityId: string, parent: Place | null): Promise<Place[]> {
  const items: Address[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MOST; pages += 1) {
    const query = new URLSearchParams({ limit: PAGE, ...(parent ? { parent: parent.id } : {}), ...(cursor ? { cursor } : {}) });
    const page: Page<Address> = await get<Page<Address>>(`/communities/${communityId}/addresses?${query}`);
    items.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return items.map((one) => reactive({ id: one.id, kind: one.kind, name: one.name, path: parent ? `${parent.path} ${one.name}` : one.name, parent, hasChildren: one.has_children, children: null }));
}

/** Estates with their buildings: what nearly every audience is made of. */
export async function estatesWithBuildings(communityId: string): Promise<Place[]> {
  const estates = await placesBelow(communityId, null);
  await Promise.all(estates.map(async (one) => (one.children = one.hasChildren ? await placesBelow(communityId, one) : [])));
  return estates;
}

export function isChosen(place: Place, chosen: readonly string[]): boolean {
  return chosen.includes(place.id) || (place.parent !== null && isChosen(place.parent, chosen));
}

/** Something in it is chosen, but not the whole. */
export function isPartly(place: Place, chosen: readonly string[]): boolean {
  return !isChosen(place, chosen) && below(place).some((one) => chosen.includes(one.id));
}

export function choose(place: Place, on: boolean, chosen: readonly string[]): string[] {
  const inside = new Set(below(place).map((one) => one.id));
  if (on) return [...chosen.filter((id) => !inside.has(id)), place.id];
  if (chosen.includes(place.id)) return chosen.filter((id) => id !== place.id);
  // It was chosen with a whole that it belongs to: everything else of that whole stays.
  const { parent } = place;
  if (!parent || !isChosen(place, chosen)) return chosen.filter((id) => !inside.has(id));
  const others = (parent.children ?? []).filter((one) => one !== place).map((one) => one.id);
  return [...choose(parent, false, chosen), ...others];
}

/** All that has been looked into, below a place. */
export function below(place: Place): Place[] {
  return (place.children ?? []).flatMap((one) => [one, ...below(one)]);
}
