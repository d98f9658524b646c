/** For whom this account may speak in a community: itself where it lives, and the organisations it holds a role in. */
import { computed, type ComputedRef } from "vue";
import { useAnswer } from "../../shared/answer.ts";
import { me } from "../../shared/api/session.ts";
import type { Page, Schemas } from "../../shared/api/types.ts";
import type { Author } from "./wire.ts";

const COMMITTEE_ROLES = ["committee_admin", "moderator", "worker"];

export function useSpeakers(community: () => string): ComputedRef<Author[]> {
  const roles = computed(() => (me.value?.roles ?? []).filter((held) => held.community_id === community()));
  const serves = computed(() => roles.value.some((held) => COMMITTEE_ROLES.includes(held.role)));
  const path = computed(() => (serves.value || roles.value.some((held) => held.organisation_id) ? `/organisations?community_id=${community()}` : ""));
  const asked = useAnswer<Page<Schemas["OrganisationOut"]>>(() => path.value);
  return computed(() => {
    // Not yet known: nobody is proposed who would be replaced a moment later.
    if (path.value && asked.data.value === null && asked.problem.value === null) return [];
    const mine = (asked.data.value?.items ?? []).filter(
      (one) => (serves.value && one.kind === "committee") || roles.value.some((held) => held.organisation_id === one.id),
    );
    const badges = mine.map((one) => ({ kind: one.kind, name: one.name, organisation_id: one.id }));
    const home = me.value?.residencies.find((one) => one.community_id === community());
    return [...badges, ...(home ? [{ kind: "resident", name: home.display_name, organisation_id: null }] : [])];
  });
}
