/**
 * What a person did that the server doesn't know yet: one entry a deed, kept on this device until it has arrived.
 * Each has its one Idempotency-Key for life, so that sending it again after a lost answer never does it twice.
 */
import { newKey } from "../../shared/api/attempt.ts";

const PREFIX = "linli.outbox.";

export interface Deed {
  /** What it is about; a later deed of the same slot is sent after an earlier one, never before. */
  slot: string;
  /** Whose it is: sent only while this account is signed in. */
  account: string;
  method: "PUT" | "POST" | "DELETE";
  path: string;
  body: unknown;
}

export interface Job extends Deed {
  /** The Idempotency-Key. */
  key: string;
  /** Milliseconds since the epoch: when it was done, and from when on it may leave (it can be undone until then). */
  at: number;
  due: number;
  /** How often it may have left the phone. */
  tries: number;
}

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export interface Sending {
  send: (job: Job) => Promise<unknown>;
  mayRetry: (error: unknown) => boolean;
  /** Both hear of a job while it still stands here, so that a screen never falls back to what was before. */
  sent: (job: Job, answer: unknown) => void;
  refused: (job: Job, error: unknown) => void;
}

/** One storage entry a job: two tabs that add at the same time lose nothing. */
export class Jobs {
  private readonly shelf: Shelf;
  private count = 0;

  constructor(shelf: Shelf) {
    this.shelf = shelf;
  }

  /** Oldest first; of this account. */
  list(account: string): Job[] {
    return this.names()
      .sort()
      .map((name) => this.read(name))
      .filter((job): job is Job => job?.account === account);
  }

  add(deed: Deed, now: number, holdForMs = 0): Job {
    const job: Job = { ...deed, key: newKey(), at: now, due: now + holdForMs, tries: 0 };
    this.count += 1;
    const place = `${String(now).padStart(15, "0")}.${String(this.count).padStart(6, "0")}`;
    this.shelf.setItem(`${PREFIX}${place}.${job.key}`, JSON.stringify(job));
    return job;
  }

  has(key: string): boolean {
    return this.nameOf(key) !== undefined;
  }

  change(job: Job): void {
    const name = this.nameOf(job.key);
    if (name) this.shelf.setItem(name, JSON.stringify(job));
  }

  remove(key: string): void {
    const name = this.nameOf(key);
    if (name) this.shelf.removeItem(name);
  }

  /** Takes back what surely never left the phone; false when something of this slot may have. */
  takeBack(account: string, slot: string): boolean {
    const last = this.list(account).filter((job) => job.slot === slot).pop();
    if (!last || last.tries > 0) return false;
    this.remove(last.key);
    return true;
  }

  private names(): string[] {
    return Array.from({ length: this.shelf.length }, (_, index) => this.shelf.key(index) ?? "").filter((name) => name.startsWith(PREFIX));
  }

  private nameOf(key: string): string | undefined {
    return this.names().find((name) => name.endsWith(key));
  }

  private read(name: string): Job | null {
    try {
      return JSON.parse(this.shelf.getItem(name) ?? "null") as Job | null;
    } catch {
      return null;
    }
  }
}

/**
 * Sends what is due, oldest first, and stops at the first that got no answer: the line is bad, and the next would
 * only wait as long. What the server refuses for good is given up. False when it stopped.
 */
export async function sendInOrder(jobs: Jobs, account: string, now: number, to: Sending): Promise<boolean> {
  const held = new Set<string>();
  for (const job of jobs.list(account)) {
    if (job.due > now || held.has(job.slot)) {
      held.add(job.slot);
      continue;
    }
    if (!jobs.has(job.key)) continue; // taken back while an earlier one was on its way
    const tried = { ...job, tries: job.tries + 1 };
    // Before it leaves: a page that dies while sending must know afterwards that it may have arrived.
    jobs.change(tried);
    try {
      to.sent(tried, await to.send(tried));
    } catch (error) {
      if (to.mayRetry(error)) return false;
      to.refused(tried, error);
    }
    jobs.remove(job.key);
  }
  return true;
}
