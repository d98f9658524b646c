/** Which community the phone is standing in: where one lives, or the one a guest chose to look at. */
import { computed, ref } from "vue";
import { me } from "../shared/api/session.ts";
import type { Community, Residency } from "../shared/api/types.ts";

const KEPT = "linli.community";

const chosen = ref(kept());

function kept(): { id: string; name: string } | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") as { id: string; name: string } | null;
  } catch {
    return null;
  }
}

export function standIn(community: Pick<Community, "id" | "name">): void {
  chosen.value = { id: community.id, name: community.name };
  try {
    localStorage.setItem(KEPT, JSON.stringify(chosen.value));
  } catch {
    // Chosen for this visit.
  }
}

export function leaveCommunity(): void {
  chosen.value = null;
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // It was never kept.
  }
}

export const here = computed<{ id: string; name: string } | null>(() => {
  if (chosen.value) return chosen.value;
  const home = me.value?.residencies[0];
  return home ? { id: home.community_id, name: home.community_name } : null;
});

/** The residency in the community one is standing in, if one lives there. */
export const residencyHere = computed<Residency | null>(
  () => me.value?.residencies.find((residency) => residency.community_id === here.value?.id) ?? null,
);
