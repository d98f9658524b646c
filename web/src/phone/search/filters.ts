/** What a search is narrowed by, as it stands in the address of the screen and in the question to the server. Pure. */
import type { LocationQuery } from "vue-router";
import { KINDS, SPANS, type Facet, type Kind, type Span } from "./wire.ts";

export interface Filters {
  kind: Kind | "";
  board: string;
  building: string;
  span: Span;
}

export const NO_FILTERS: Filters = { kind: "", board: "", building: "", span: "any" };

export function filtersOf(query: LocationQuery): Filters {
  return {
    kind: KINDS.find((one) => one === query.kind) ?? "",
    board: String(query.board ?? ""),
    building: String(query.building ?? ""),
    span: SPANS.find((one) => one === query.span) ?? "any",
  };
}

/** For the address: what isn't chosen isn't there. */
export function asQuery(words: string, filters: Filters): Record<string, string> {
  const { kind, board, building, span } = filters;
  const given = { q: words, kind, board, building, span: span === "any" ? "" : span };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

export function searchPath(community: string, words: string, filters: Filters): string {
  const { kind, board, building, span } = filters;
  const given = { community_id: community, q: words, kinds: kind, board_id: board, building_id: building, span: span === "any" ? "" : span };
  return `/search?${new URLSearchParams(Object.entries(given).filter(([, value]) => value))}`;
}

export function isNarrowed(filters: Filters): boolean {
  return Boolean(filters.kind || filters.board || filters.building || filters.span !== "any");
}

/** The facet's values, with what is chosen among them even when nothing was found for it. */
export function withChosen(facets: Facet[], chosen: string, known: Map<string, string>): Facet[] {
  if (!chosen || facets.some((one) => one.value === chosen)) return facets;
  return [...facets, { value: chosen, name: known.get(chosen) ?? "", count: 0 }];
}
