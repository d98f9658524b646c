/** Which community the desk stands in, what may be done there, and how much work waits. */
import { computed, ref, shallowRef, watch } from "vue";
import { get } from "../shared/api/client.ts";
import { DESKS, may, me } from "../shared/api/session.ts";
import type { CommunityDetail } from "../shared/api/types.ts";
import { keep, recall } from "./kept.ts";
import type { Summary } from "./wire.ts";

export const OPEN_DESK = "identity:desk:open";
export const REVIEW = "identity:verification:review";
export const ENTER_FOR_OTHERS = "identity:verification:enter";
export const MOVE_PERSON = "identity:person:move";
export const IMPORT_ADDRESSES = "identity:address:import";
export const GRANT_ROLES = "identity:role:grant";
export const READ_AUDIT = "identity:audit:read";
export const EDIT_COMMUNITY = "identity:community:edit";
export const REVIEW_NOTICES = "notices:notice:review";
export const PUBLISH_NEWS = "notices:news:publish";
export const READ_COVERAGE = "notices:coverage:read";
export const RECORD_VISITS = "notices:visit:record";
export const REMIND = "notices:reminder:send";
export const ASSIGN_GRIDS = "notices:grid:assign";
export const DECIDE_CASES = "moderation:case:decide";
export const READ_WORDS = "moderation:word:read";
export const EDIT_WORDS = "moderation:word:edit";
export const MODERATE = "forum:thread:moderate";
export const EDIT_BOARDS = "forum:board:edit";
export const ANSWER_ISSUES = "forum:issue:answer";
export const ENTER_PAPER = "forum:paper:enter";
export const OPEN_HOME_POLL = "forum:poll:open";
export const EDIT_SYNONYMS = "search:synonym:edit";
export const READ_GAPS = "search:gap:read";

const LOOK_EVERY_MS = 60_000;

export const communities = shallowRef<CommunityDetail[]>([]);
export const communityId = ref("");
export const community = computed(() => communities.value.find((one) => one.id === communityId.value) ?? null);
export const summary = shallowRef<Summary | null>(null);

/** Communities in which this account works at the desk. */
const open = computed(() =>
  Object.entries(me.value?.permissions ?? {}).filter(([, names]) => DESKS.some((one) => names.includes(one))).map(([id]) => id),
);

export const hasDesk = computed(() => open.value.length > 0);

export function can(permission: string): boolean {
  return may(permission, communityId.value);
}

/** Reads the names of the communities; the one stood in last time stays. */
export async function enterDesk(): Promise<void> {
  communities.value = await Promise.all(open.value.map((id) => get<CommunityDetail>(`/communities/${id}`)));
  const kept = recall("community", "");
  communityId.value = open.value.includes(kept) ? kept : (open.value[0] ?? "");
}

export function standIn(id: string): void {
  communityId.value = id;
  keep("community", id);
}

export function communityChanged(changed: CommunityDetail): void {
  communities.value = communities.value.map((one) => (one.id === changed.id ? changed : one));
}

/** The counts in the navigation. A failure leaves the last ones: the screens themselves say what is wrong. */
export async function lookAtWork(): Promise<void> {
  const id = communityId.value;
  if (!id || !can(OPEN_DESK)) return;
  const found = await get<Summary>(`/desk/summary?community_id=${id}`).catch(() => null);
  if (found && id === communityId.value) summary.value = found;
}

watch(communityId, () => {
  summary.value = null;
  void lookAtWork();
});
setInterval(() => {
  if (document.visibilityState === "visible" && navigator.onLine && me.value) void lookAtWork();
}, LOOK_EVERY_MS);
