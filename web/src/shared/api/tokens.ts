/**
 * The access token lives in this module's memory and nowhere else; the refresh token is an HttpOnly
 * cookie that scripts can't read. Tabs share the cookie, and the server revokes the whole family when
 * an old one comes back, so renewals are serialised over all tabs by a lock.
 */
import { ref } from "vue";
import { locale } from "../i18n.ts";
import { noAnswer, problemFrom, type Problem } from "./problem.ts";
import type { Tokens } from "./types.ts";

const RENEW_BEFORE_MS = 30_000;
const HINT = "linli.signed-in";
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("linli.session");

let token: string | null = null;
let staleAt = 0;
let renewing: Promise<string | null> | null = null;

/** Counts the times a session ended in any tab; the entries watch it to leave for the welcome screen. */
export const sessionEnds = ref(0);

/** Whether a cookie is likely there. Only a hint, so that a first visit asks the server nothing. */
export function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(HINT) === "1";
  } catch {
    return true;
  }
}

export function holdToken(tokens: Tokens): void {
  token = tokens.access_token;
  staleAt = Date.now() + tokens.expires_in * 1000 - RENEW_BEFORE_MS;
  hint("1");
}

export function dropToken(): void {
  forget();
  tabs?.postMessage("ended");
}

tabs?.addEventListener("message", forget);

function forget(): void {
  token = null;
  staleAt = 0;
  hint(null);
  sessionEnds.value += 1;
}

function hint(value: string | null): void {
  try {
    if (value) localStorage.setItem(HINT, value);
    else localStorage.removeItem(HINT);
  } catch {
    // Without storage every visit asks the server; that works too.
  }
}

/** A token good for the next half minute, renewed first when needed; null when nobody is signed in. */
export async function bearer(): Promise<string | null> {
  if (token && Date.now() < staleAt) return token;
  return mayBeSignedIn() ? renewBearer() : null;
}

/** A fresh token, or null when the session is over. Throws when the server can't be reached. */
export function renewBearer(): Promise<string | null> {
  renewing ??= locked(renew).finally(() => (renewing = null));
  return renewing;
}

function locked<T>(work: () => Promise<T>): Promise<T> {
  // Plain-http addresses other than localhost have no locks; there one tab at a time is the best we have.
  return navigator.locks ? (navigator.locks.request("linli.refresh", work) as Promise<T>) : work();
}

async function renew(): Promise<string | null> {
  let response: Response;
  let text: string;
  try {
    response = await fetch("/api/v1/auth/sessions/refresh", {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": locale.value },
      body: "{}",
      signal: AbortSignal.timeout ? AbortSignal.timeout(15_000) : null,
    });
    text = await response.text();
  } catch (error) {
    throw noAnswer(error);
  }
  if (response.ok) {
    holdToken(JSON.parse(text) as Tokens);
    return token;
  }
  const problem: Problem = problemFrom(response.status, text, response.headers.get("Retry-After"));
  if (problem.mayRetry) throw problem;
  dropToken();
  return null;
}
