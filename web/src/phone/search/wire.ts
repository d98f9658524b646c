/** Searches as the phone meets them. */
export const KINDS = ["thread", "reply", "notice", "person"] as const;
export type Kind = (typeof KINDS)[number];
export const SPANS = ["any", "week", "month", "year"] as const;
export type Span = (typeof SPANS)[number];
export const QUERY_MOST_CHARS = 100;

export interface Piece {
  text: string;
  hit: boolean;
}

export interface Hit {
  kind: Kind;
  id: string;
  subject_id: string;
  number: number | null;
  title: Piece[];
  excerpt: Piece[];
  author: string;
  board_id: string | null;
  board_name: string | null;
  building_id: string | null;
  at: string;
}

export interface Facet {
  value: string;
  name: string;
  count: number;
}

export interface Facets {
  kinds: Facet[];
  boards: Facet[];
  buildings: Facet[];
  spans: Facet[];
}

export interface SearchPage {
  items: Hit[];
  next_cursor: string | null;
  total: number;
  facets: Facets | null;
  degraded: boolean;
}

/** Where a tap leads: a reply opens its thread where it stands. People are found at the desk. */
export function placeOfHit(hit: Pick<Hit, "kind" | "subject_id" | "number">): string | null {
  if (hit.kind === "thread") return `/threads/${hit.subject_id}`;
  if (hit.kind === "reply") return `/threads/${hit.subject_id}?at=${hit.number ?? 0}`;
  return hit.kind === "notice" ? `/notices/${hit.subject_id}` : null;
}
