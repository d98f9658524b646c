/** The address tree with what is chosen of it. A chosen place stands for everything in it. Pure. */
import type { AddressKind } from "../../shared/api/types.ts";

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
