/** Which estates and buildings nobody walks. Pure. */
import type { Place } from "../notices/places.ts";

export type Gap = Pick<Place, "path">;

/** Whole estates where none of their buildings is walked, else the buildings; one walked in part counts as walked. */
export function uncovered(estates: Place[], walked: string[]): Gap[] {
  const within = (path: string): boolean => walked.some((one) => one === path || path.startsWith(`${one} `) || one.startsWith(`${path} `));
  return estates.flatMap((estate) => {
    if (walked.includes(estate.path)) return [];
    const left = (estate.children ?? []).filter((building) => !within(building.path));
    return left.length && left.length === estate.children?.length ? [estate] : left;
  });
}
