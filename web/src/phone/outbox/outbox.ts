/** The phone's one outbox: sends at once when there is a line, and again by itself when there was none. */
import { computed, shallowRef, watch } from "vue";
import { ask } from "../../shared/api/client.ts";
import { forgetAnswers } from "../../shared/api/last-answers.ts";
import { asProblem } from "../../shared/api/problem.ts";
import { me } from "../../shared/api/session.ts";
import { online } from "../online.ts";
import { Jobs, sendInOrder, type Deed, type Job } from "./jobs.ts";

const AGAIN_AFTER_MS = 4_000;
const AGAIN_AFTER_MOST_MS = 120_000;

const jobs = new Jobs(safeShelf());
const account = computed(() => me.value?.account.id ?? "");
type Hear = (job: Job, what: unknown) => void;
const listeners: { sent: Hear[]; refused: Hear[] } = { sent: [], refused: [] };
let sending = false;
let again = false;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Everything of this account that the server doesn't know yet, oldest first. */
export const waiting = shallowRef<Job[]>([]);

/** `listener` gets the job and what the server answered. */
export function onSent(listener: Hear): void {
  listeners.sent.push(listener);
}

/** `listener` gets the job and the error: it is given up. */
export function onRefused(listener: Hear): void {
  listeners.refused.push(listener);
}

/** Kept first, then sent; with `holdForMs` it can be taken back until then. */
export function putInOutbox(deed: Omit<Deed, "account">, holdForMs = 0): Job {
  const job = keep({ ...deed, account: account.value }, holdForMs);
  look();
  if (!holdForMs) void sendOutbox();
  else plan(holdForMs);
  return job;
}

function keep(deed: Deed, holdForMs: number): Job {
  try {
    return jobs.add(deed, Date.now(), holdForMs);
  } catch {
    // No room: what was only kept for looking at makes way for what somebody did.
    forgetAnswers();
    return jobs.add(deed, Date.now(), holdForMs);
  }
}

/** True when it never left; false when it may have, so that only another deed can undo it. */
export function takeFromOutbox(slot: string): boolean {
  const taken = jobs.takeBack(account.value, slot);
  look();
  return taken;
}

/** Sends a held one now. */
export function release(job: Job): void {
  if (waiting.value.some((one) => one.key === job.key && one.tries === 0)) jobs.change({ ...job, due: 0 });
  look();
  void sendOutbox();
}

export async function sendOutbox(): Promise<void> {
  if (sending) return void (again = true);
  if (!account.value || !navigator.onLine || !jobs.list(account.value).length) return;
  sending = true;
  try {
    await alone(sendAll);
  } finally {
    sending = false;
    look();
  }
  if (again) {
    again = false;
    return sendOutbox();
  }
  const next = waiting.value[0];
  if (next) plan(failures ? Math.min(AGAIN_AFTER_MS * 2 ** (failures - 1), AGAIN_AFTER_MOST_MS) : Math.max(0, next.due - Date.now()) + 50);
}

async function sendAll(): Promise<void> {
  const went = await sendInOrder(jobs, account.value, Date.now(), {
    send: sendOne,
    mayRetry: (error) => {
      const problem = asProblem(error);
      // Signed out in between: it waits for the same person to come back.
      return problem.mayRetry || problem.status === 401;
    },
    sent: (job, answer) => listeners.sent.forEach((tell) => tell(job, answer)),
    refused: (job, error) => listeners.refused.forEach((tell) => tell(job, error)),
  });
  failures = went ? 0 : failures + 1;
}

async function sendOne(job: Job): Promise<unknown> {
  const headers: Record<string, string> = job.method === "POST" ? { "Idempotency-Key": job.key } : {};
  const body = job.method === "DELETE" ? {} : { body: job.body ?? {} };
  return (await ask<unknown>(job.method, job.path, { ...body, headers, keepalive: true })).data;
}

/** Two tabs share the outbox; only one sends at a time. */
async function alone(work: () => Promise<void>): Promise<void> {
  await (navigator.locks ? navigator.locks.request("linli.outbox", work) : work());
}

function plan(inMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void sendOutbox(), inMs);
}

function look(): void {
  waiting.value = account.value ? jobs.list(account.value) : [];
}

function safeShelf(): Storage {
  try {
    localStorage.setItem("linli.outbox", "");
    localStorage.removeItem("linli.outbox");
    return localStorage;
  } catch {
    return inMemory();
  }
}

/** Without storage (a private window) it lasts as long as the page. */
function inMemory(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
    clear: () => kept.clear(),
  };
}

addEventListener("storage", look);
watch(account, () => (look(), void sendOutbox()), { immediate: true });
watch(online, (isOnline) => {
  failures = 0;
  if (isOnline) void sendOutbox();
});
