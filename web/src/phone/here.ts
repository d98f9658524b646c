/** Which community the phone is standing in: the one chosen to look at, where one lives, or where one asked to be verified. */
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

/** Without a name where only the application says which community it is; the community itself knows it. */
export const here = computed<{ id: string; name: string | null } | null>(() => {
  if (chosen.value) return chosen.value;
  const home = me.value?.residencies[0];
  if (home) return { id: home.community_id, name: home.community_name };
  const asked = me.value?.verification;
  return asked && asked.state !== "withdrawn" ? { id: asked.community_id, name: null } : null;
});

/** The residency in the community one is standing in, if one lives there. */
export const residencyHere = computed<Residency | null>(
  () => me.value?.residencies.find((residency) => residency.community_id === here.value?.id) ?? null,
);
