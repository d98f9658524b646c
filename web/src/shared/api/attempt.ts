/**
 * The Idempotency-Key of one thing a person is trying to do. The same body keeps its key over any number
 * of retries, so a lost answer never makes two; a changed body, or a success, begins a new key.
 */
export class Attempt {
  private key = "";
  private body = "";

  headers(body: unknown): Record<string, string> {
    const text = JSON.stringify(body) ?? "";
    if (!this.key || text !== this.body) {
      this.key = newKey();
      this.body = text;
    }
    return { "Idempotency-Key": this.key };
  }

  done(): void {
    this.key = "";
  }
}

/** A random UUID; `crypto.randomUUID` is missing on plain-http addresses and on older phones. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
