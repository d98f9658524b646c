/**
 * A decision about a person can't be taken back once they have read it. So it waits six seconds on this side,
 * where it still can. Several may wait at once; a failure stays until somebody has read it.
 */
import { reactive } from "vue";
import { asProblem } from "../shared/api/problem.ts";

export const HELD_FOR_MS = 6000;

export interface Sending {
  /** What it is about; one decision a subject at a time. */
  subject: string;
  /** What else it is about, where one decision is meant for several. */
  also: readonly string[];
  text: string;
  state: "held" | "sending" | "failed";
  why: string;
  until: number;
}

interface Held extends Sending {
  send: () => Promise<unknown>;
  after: (sent: boolean) => void;
  timer: ReturnType<typeof setTimeout>;
}

export const sendings = reactive<Sending[]>([]);
const held = new Map<string, Held>();

/** `after` hears true when it was sent, false when it was taken back or refused. */
export function sendSoon(subject: string, text: string, send: () => Promise<unknown>, after: (sent: boolean) => void, also: readonly string[] = []): void {
  if (held.has(subject)) return;
  dismiss(subject);
  const line = reactive({
    subject, also, text, state: "held", why: "", until: Date.now() + HELD_FOR_MS, send, after,
    timer: setTimeout(() => void sendNow(subject), HELD_FOR_MS),
  }) as Held;
  held.set(subject, line);
  sendings.push(line);
}

export function isHeld(subject: string): boolean {
  return sendings.some((line) => (line.subject === subject || line.also.includes(subject)) && line.state !== "failed");
}

export function takeBack(subject: string): void {
  const line = held.get(subject);
  if (line?.state !== "held") return;
  clearTimeout(line.timer);
  drop(subject);
  line.after(false);
}

export function dismiss(subject: string): void {
  const at = sendings.findIndex((line) => line.subject === subject);
  if (at >= 0) sendings.splice(at, 1);
}

async function sendNow(subject: string): Promise<void> {
  const line = held.get(subject);
  if (line?.state !== "held") return;
  clearTimeout(line.timer);
  line.state = "sending";
  try {
    await line.send();
    drop(subject);
    line.after(true);
  } catch (error) {
    held.delete(subject);
    line.state = "failed";
    line.why = asProblem(error).message;
    line.after(false);
  }
}

function drop(subject: string): void {
  held.delete(subject);
  dismiss(subject);
}

// Leaving the page is not taking back: the person at the desk has decided.
addEventListener("pagehide", () => [...held.keys()].forEach((subject) => void sendNow(subject)));
