/** What this account has to do next, if anything: the one card that may stand on top of 首页. */
import { computed } from "vue";
import { me } from "../shared/api/session.ts";
import { here } from "./here.ts";

export interface Need {
  key: "begin" | "waiting" | "needs_more" | "rejected";
  urgent: boolean;
  to: string;
}

export const need = computed<Need | null>(() => {
  if (!me.value) return null;
  const state = me.value.verification?.state;
  const livesHere = me.value.residencies.length > 0;
  if (state === "needs_more") return { key: "needs_more", urgent: true, to: "/verification" };
  if (state === "submitted" || state === "claimed") return { key: "waiting", urgent: false, to: "/verification" };
  if (livesHere) return null;
  if (state === "rejected") return { key: "rejected", urgent: true, to: "/verification" };
  return { key: "begin", urgent: true, to: here.value ? `/communities/${here.value.id}/addresses` : "/communities" };
});
