/** 看过 and 我知道了: told once a version, kept in the outbox while there is no signal, shown as done meanwhile. */
import { reactive } from "vue";
import { me, refreshMe } from "../../shared/api/session.ts";
import { asProblem } from "../../shared/api/problem.ts";
import { tellFailure } from "../../shared/undo.ts";
import { onRefused, onSent, putInOutbox, waiting } from "../outbox/outbox.ts";

type About = { id: string; version: number };

const here = reactive(new Set<string>());

const slotOf = (what: "read" | "acknowledged", { id, version }: About): string => `${what}:${id}:${version}`;

function told(what: "read" | "acknowledged", notice: About): boolean {
  const slot = slotOf(what, notice);
  return here.has(slot) || waiting.value.some((job) => job.slot === slot);
}

export function isRead(notice: About & { read: boolean }): boolean {
  return notice.read || told("read", notice) || told("acknowledged", notice);
}

export function isAcknowledged(notice: About & ({ acknowledged: boolean } | { acknowledged_at: string | null })): boolean {
  const known = "acknowledged" in notice ? notice.acknowledged : notice.acknowledged_at !== null;
  return known || told("acknowledged", notice);
}

/** Whether the server is still to hear of it. */
export function isWaiting(notice: About): boolean {
  return waiting.value.some((job) => job.slot === slotOf("acknowledged", notice));
}

export function markRead(notice: About & { read: boolean }): void {
  if (!me.value || isRead(notice)) return;
  tell("read", notice, "read");
}

export function acknowledge(notice: About): void {
  if (!told("acknowledged", notice)) tell("acknowledged", notice, "acknowledgement");
}

function tell(what: "read" | "acknowledged", notice: About, noun: string): void {
  const slot = slotOf(what, notice);
  here.add(slot);
  putInOutbox({ slot, method: "PUT", path: `/notices/${notice.id}/${noun}`, body: {} });
}

const isReceipt = (slot: string): boolean => /^(read|acknowledged):/.test(slot);

onSent((job) => {
  // The bell counts one less.
  if (isReceipt(job.slot)) void refreshMe().catch(() => undefined);
});
onRefused((job, error) => {
  if (!isReceipt(job.slot)) return;
  here.delete(job.slot);
  if (job.slot.startsWith("acknowledged")) tellFailure(asProblem(error).message);
});
