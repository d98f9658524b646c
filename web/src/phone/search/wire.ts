/** Searches as the phone meets them. */
import type { Schemas } from "../../shared/api/types.ts";

export type SearchPage = Schemas["SearchPage"];
export type Hit = Schemas["Hit"];
export type Piece = Hit["title"][number];
export type Facets = Schemas["Facets"];
export type Facet = Schemas["Facet"];
export type Kind = Hit["kind"];

export const KINDS = ["thread", "reply", "notice", "person"] as const satisfies Kind[];
export const SPANS = ["any", "week", "month", "year"] as const;
export type Span = (typeof SPANS)[number];
export const QUERY_MOST_CHARS = 100;

/** Where a tap leads: a reply opens its thread where it stands. People are found at the desk. */
export function placeOfHit(hit: Pick<Hit, "kind" | "subject_id" | "number">): string | null {
  if (hit.kind === "thread") return `/threads/${hit.subject_id}`;
  if (hit.kind === "reply") return `/threads/${hit.subject_id}?at=${hit.number ?? 0}`;
  return hit.kind === "notice" ? `/notices/${hit.subject_id}` : null;
}
