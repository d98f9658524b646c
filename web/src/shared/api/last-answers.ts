/**
 * The last answer to a few reads, kept on this device so that a lift without signal still shows something,
 * with its age. Only what a screen names lands here: never tokens, pictures or evidence. Cleared on sign-out.
 */
const PREFIX = "linli.last.";
const KEEP_AT_MOST = 40;

export interface Kept<T> {
  data: T;
  /** Milliseconds since the epoch. */
  at: number;
}

export function rememberAnswer(path: string, data: unknown): void {
  try {
    const keys = keptKeys();
    if (keys.length >= KEEP_AT_MOST && !keys.includes(PREFIX + path)) forgetOldest(keys);
    localStorage.setItem(PREFIX + path, JSON.stringify({ data, at: Date.now() }));
  } catch {
    // No room or no storage: there will be nothing to show offline, and nothing is wrong.
  }
}

export function lastAnswer<T>(path: string): Kept<T> | null {
  try {
    const text = localStorage.getItem(PREFIX + path);
    return text ? (JSON.parse(text) as Kept<T>) : null;
  } catch {
    return null;
  }
}

export function forgetAnswers(): void {
  try {
    keptKeys().forEach((key) => localStorage.removeItem(key));
  } catch {
    // Nothing was kept.
  }
}

function forgetOldest(keys: string[]): void {
  const age = (key: string): number => (JSON.parse(localStorage.getItem(key) ?? "{}") as { at?: number }).at ?? 0;
  const oldest = keys.map((key) => ({ key, at: age(key) })).sort((one, other) => one.at - other.at)[0];
  if (oldest) localStorage.removeItem(oldest.key);
}

function keptKeys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}
