/** What a person is choosing on the way to verification. In memory only: it ends with the page. */
import { reactive } from "vue";
import type { Address, Community, VerificationState } from "../shared/api/types.ts";

export const application = reactive<{ community: Community | null; path: Address[] }>({ community: null, path: [] });

export function chooseCommunity(community: Community): void {
  if (application.community?.id !== community.id) application.path = [];
  application.community = community;
}

/** "翠湖园 3幢 2单元 501" */
export function chosenPath(): string {
  return application.path.map((step) => step.name).join(" ");
}

export function chosenHome(): Address | null {
  const last = application.path[application.path.length - 1];
  return last?.kind === "home" ? last : null;
}

/** Whether the committee, or the applicant, still has something to do. */
export function isOpen(state: VerificationState): boolean {
  return state === "submitted" || state === "claimed" || state === "needs_more";
}
