/** Who is signed in, as both entries know it: signing in, `me`, leaving. */
import { computed, ref, shallowRef, watch } from "vue";
import { appearance } from "../appearance.ts";
import { get, patch, post, remove } from "./client.ts";
import { forgetAnswers, lastAnswer, rememberAnswer } from "./last-answers.ts";
import { asProblem, type Problem } from "./problem.ts";
import { bearer, dropToken, holdToken, mayBeSignedIn, sessionEnds } from "./tokens.ts";
import type { Account, CodeSent, Me, SignedIn } from "./types.ts";

export const me = shallowRef<Me | null>(null);
/** When `me` is from an earlier visit because the network is away: when that was. */
export const meKeptAt = ref<number | null>(null);
export const signedIn = computed(() => me.value !== null);

/**
 * Finds out who we are when the page opens. Resolves true when somebody is signed in (perhaps from what
 * this device last knew); false when nobody is. Throws only when nothing is known and nothing answers.
 */
export async function resumeSession(): Promise<boolean> {
  if (!mayBeSignedIn()) return false;
  try {
    if (!(await bearer())) return false;
    await refreshMe();
    return true;
  } catch (error) {
    const problem: Problem = asProblem(error);
    const kept = lastAnswer<Me>("/me");
    if (!problem.mayRetry || !kept) throw problem;
    me.value = kept.data;
    meKeptAt.value = kept.at;
    return true;
  }
}

export async function refreshMe(): Promise<Me> {
  const found = await get<Me>("/me");
  me.value = found;
  meKeptAt.value = null;
  rememberAnswer("/me", found);
  return found;
}

export function askForCode(phone: string): Promise<CodeSent> {
  return post<CodeSent>("/auth/codes", { phone }, { open: true });
}

/** Trades the code for a session; what was chosen on this device before signing in goes to the account. */
export async function signIn(phone: string, code: string): Promise<void> {
  const device = { platform: "web", name: deviceName() };
  const answer = await post<SignedIn>("/auth/sessions", { phone, code, device, refresh_in: "cookie" }, { open: true });
  forgetAnswers();
  holdToken(answer);
  await refreshMe();
  await keepAppearanceWithAccount(answer.account);
}

async function keepAppearanceWithAccount(account: Account): Promise<void> {
  const chosen = { locale: appearance.locale, theme: appearance.theme, ui_mode: appearance.mode };
  const same = chosen.locale === account.locale && chosen.theme === account.theme && chosen.ui_mode === account.ui_mode;
  if (same) return;
  // 长辈版 chosen on any device follows the person; otherwise this device's choice stands.
  if (account.ui_mode === "elder") appearance.mode = "elder";
  await saveAccount({ ...chosen, ui_mode: appearance.mode }).catch(() => undefined);
}

export async function saveAccount(change: Partial<Pick<Account, "nickname" | "locale" | "ui_mode" | "theme">>): Promise<void> {
  const account = await patch<Account>("/me", change);
  if (me.value) me.value = { ...me.value, account };
}

/** Signs this device out. Locally it always succeeds; the server is told if it can be reached. */
export async function signOut(currentSessionId: string | null): Promise<void> {
  const told = currentSessionId ? remove(`/auth/sessions/${currentSessionId}`, { keepalive: true }) : Promise.resolve();
  dropToken(); // now: a page that is being closed lives to send, but not to hear the answer
  await told.catch(() => undefined);
  dropToken(); // again: telling may have had to renew the token first
}

/** Whether this account holds a permission: in that community, or (none named) in any. */
export function may(permission: string, communityId?: string): boolean {
  const held = me.value?.permissions ?? {};
  return Object.entries(held).some(([id, names]) => (!communityId || id === communityId) && names.includes(permission));
}

/** What opens a desk: the committee's work, and an organisation's public issues. */
export const DESKS = ["identity:desk:open", "forum:issue:answer"];

/** Whether the desk opens for this account somewhere. */
export const hasDesk = computed(() => DESKS.some((permission) => may(permission)));

watch(sessionEnds, () => {
  me.value = null;
  meKeptAt.value = null;
  forgetAnswers();
});

/** "Chrome · Android": enough for a person to know their own phone again in the list of devices. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /MicroMessenger/.test(agent) ? "微信"
    : /Edg\//.test(agent) ? "Edge"
    : /Firefox\//.test(agent) ? "Firefox"
    : /Chrome\//.test(agent) ? "Chrome"
    : /Safari\//.test(agent) ? "Safari"
    : "浏览器";
  const system = /iPhone|iPad/.test(agent) ? "iPhone"
    : /Android/.test(agent) ? "Android"
    : /Windows/.test(agent) ? "Windows"
    : /Mac OS/.test(agent) ? "Mac"
    : /Linux/.test(agent) ? "Linux"
    : "";
  return system ? `${browser} · ${system}` : browser;
}
