/**
 * One socket kept open while it may be: says hello with a fresh token, beats, and comes back after a pause that grows and
 * scatters. Knows nothing of screens or sessions; `socket.ts` tells it those.
 */
export interface Frame {
  type: string;
  [name: string]: unknown;
}

export interface Around {
  url: () => string;
  /** A token that is good now, null when nobody is signed in. `anew`: the last one was refused. Throws when the server can't be reached. */
  token: (anew: boolean) => Promise<string | null>;
  /** Whether a socket may be open at all: somebody is signed in. */
  may: () => boolean;
  /** Whether one is wanted now: somebody is looking, and there is a network. */
  wants: () => boolean;
  hear: (frame: Frame) => void;
}

export const PROTOCOL = "linli.v1";
const UNWANTED_AFTER_MS = 20_000;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const TOKEN_REFUSED = 4401;
/** Codes after which coming back soon would be no help: displaced, too slow, too fast. */
const LEAST_WAIT_MS: Record<number, number> = { 4403: 30_000, 4408: 5_000, 4429: 15_000 };

/** How long to stay away after this close; `chance` is from 0 to 1. Never less than half of the full wait. */
export function waitAfter(code: number, attempt: number, chance: number): number {
  const full = Math.max(LEAST_WAIT_MS[code] ?? 0, Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS));
  // A restarted server has everybody coming back at once: those who were on it scatter over five seconds.
  return code === 1012 ? FIRST_WAIT_MS + chance * 4_000 : full * (0.5 + chance / 2);
}

export class Line {
  private socket: WebSocket | null = null;
  private opening = false;
  private attempt = 0;
  private refused = false;
  private beatEveryMs = 0;
  private sent = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private unwanted: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private readonly around: Around;

  constructor(around: Around) {
    this.around = around;
  }

  /** Call it whenever `may` or `wants` may have changed. */
  look(): void {
    clearTimeout(this.unwanted);
    if (!this.around.may()) return this.end();
    if (!this.around.wants()) {
      // Another app for a moment, a tunnel: not worth a new hello each time.
      this.unwanted = setTimeout(() => this.end(), UNWANTED_AFTER_MS);
      return;
    }
    if (this.beatEveryMs) this.sendBeat();
    else if (!this.socket) this.open();
  }

  /** Closes, and stays closed until the next `look`. */
  end(): void {
    this.letGo();
    this.attempt = 0;
    clearTimeout(this.again);
    clearTimeout(this.unwanted);
  }

  private open(): void {
    clearTimeout(this.again);
    if (this.opening) return;
    this.opening = true;
    void this.around
      .token(this.refused)
      .then((token) => {
        this.opening = false;
        if (token && this.around.may() && this.around.wants()) this.dial(token);
      })
      .catch(() => {
        this.opening = false;
        this.comeBack(0);
      });
  }

  private dial(token: string): void {
    const socket = new WebSocket(this.around.url(), PROTOCOL);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token, device: "web", cursors: {} }));
    socket.onmessage = (event: MessageEvent<string>) => this.take(event.data);
    socket.onclose = (event) => this.lost(event.code);
    this.expectAnswer();
  }

  private take(text: string): void {
    clearTimeout(this.silence);
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "ready") {
      this.attempt = 0;
      this.refused = false;
      this.beatEveryMs = Number(frame.heartbeat_s) * 1000;
      this.nextBeat();
    }
    if (frame.type !== "pong") this.around.hear(frame);
  }

  private nextBeat(): void {
    clearTimeout(this.beat);
    this.beat = setTimeout(() => this.sendBeat(), this.beatEveryMs);
  }

  /** The browser shows no pings of the server's: only an answer to our own says that the other end is there. */
  private sendBeat(): void {
    this.socket?.send(JSON.stringify({ type: "ping", n: (this.sent += 1) }));
    this.expectAnswer();
    this.nextBeat();
  }

  private expectAnswer(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(0), ANSWER_WITHIN_MS);
  }

  private lost(code: number): void {
    this.letGo();
    this.refused = code === TOKEN_REFUSED;
    this.comeBack(code);
  }

  private comeBack(code: number): void {
    clearTimeout(this.again);
    if (!this.around.may() || !this.around.wants()) return;
    this.again = setTimeout(() => this.look(), waitAfter(code, this.attempt, Math.random()));
    this.attempt += 1;
  }

  private letGo(): void {
    clearTimeout(this.beat);
    clearTimeout(this.silence);
    this.beatEveryMs = 0;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // Closing one that is still being opened makes the browser complain; it is closed when it opens.
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close(1000);
    else socket.close(1000);
  }
}
