import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, test } from "node:test";
import { Line, waitAfter, type Frame } from "../src/shared/api/line.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const soon = (ms = 60): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function until(happened: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !happened(); await soon(20)) assert.ok(Date.now() < end, "waited in vain");
}

/** A real server that speaks just enough of RFC 6455: short text frames, and close. */
class Small {
  readonly heard: Frame[] = [];
  readonly protocols: (string | undefined)[] = [];
  readonly lines: Duplex[] = [];
  answers = true;
  private server: Server = createServer();

  async start(): Promise<string> {
    this.server.on("upgrade", (request, line: Duplex) => {
      const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + GUID).digest("base64");
      const protocol = request.headers["sec-websocket-protocol"];
      this.protocols.push(protocol);
      line.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`);
      line.on("data", (bytes: Buffer) => this.take(line, bytes));
      line.on("error", () => undefined);
      this.lines.push(line);
    });
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  say(line: Duplex, frame: Frame): void {
    const body = Buffer.from(JSON.stringify(frame));
    line.write(Buffer.concat([Buffer.from([0x81, body.length]), body]));
  }

  close(line: Duplex, code: number): void {
    line.end(Buffer.from([0x88, 2, code >> 8, code & 255]));
  }

  stop(): void {
    this.lines.forEach((line) => line.destroy());
    this.server.close();
  }

  private take(line: Duplex, bytes: Buffer): void {
    while (bytes.length > 1) {
      const long = (bytes[1]! & 127) === 126;
      const size = long ? bytes.readUInt16BE(2) : bytes[1]! & 127;
      const start = long ? 8 : 6;
      const mask = bytes.subarray(start - 4, start);
      const body = Buffer.from(bytes.subarray(start, start + size).map((byte, at) => byte ^ mask[at % 4]!));
      if ((bytes[0]! & 15) === 8) return void line.end(Buffer.from([0x88, 2, 3, 232]));
      this.answer(line, JSON.parse(body.toString()) as Frame);
      bytes = bytes.subarray(start + size);
    }
  }

  private answer(line: Duplex, frame: Frame): void {
    this.heard.push(frame);
    if (!this.answers) return;
    if (frame.type === "hello") this.say(line, { type: "ready", heartbeat_s: 0.1, unread: { inbox: 2 } });
    if (frame.type === "ping") this.say(line, { type: "pong", n: frame.n });
  }
}

let server: Small;
let url: string;
let heard: Frame[];
let asked: boolean[];
let may: boolean;
let wants: boolean;
let line: Line;

beforeEach(async () => {
  server = new Small();
  url = await server.start();
  [heard, asked, may, wants] = [[], [], true, true];
  line = new Line({
    url: () => url,
    token: async (anew) => (asked.push(anew), `token-${asked.length}`),
    may: () => may,
    wants: () => wants,
    hear: (frame) => heard.push(frame),
  });
});
afterEach(() => {
  line.end();
  server.stop();
});

test("says hello first, hears what comes, and beats", async () => {
  line.look();
  line.look();
  await until(() => server.heard.length >= 3);
  assert.equal(server.lines.length, 1);
  assert.deepEqual(server.heard[0], { type: "hello", token: "token-1", device: "web", cursors: {} });
  assert.deepEqual(server.protocols, ["linli.v1"]);
  assert.deepEqual(server.heard.slice(1, 3).map((frame) => frame.type), ["ping", "ping"]);
  server.say(server.lines[0]!, { type: "inbox", unread: 3, item: null });
  await until(() => heard.length === 2);
  assert.deepEqual(heard.map((frame) => frame.type), ["ready", "inbox"]);
});

test("nobody signed in, or nobody looking: no socket", async () => {
  may = false;
  line.look();
  [may, wants] = [true, false];
  line.look();
  await soon();
  assert.equal(server.lines.length, 0);
});

test("a sign-out closes it at once", async () => {
  line.look();
  await until(() => heard.length === 1);
  may = false;
  line.look();
  await until(() => server.lines[0]!.writableEnded);
  assert.equal(server.lines.length, 1);
});

test("comes back after a loss, with a new hello", async () => {
  line.look();
  await until(() => heard.length === 1);
  server.lines[0]!.destroy();
  await until(() => heard.length === 2);
  assert.deepEqual(heard.map((frame) => frame.type), ["ready", "ready"]);
});

test("a refused token is not brought a second time", async () => {
  line.look();
  await until(() => heard.length === 1);
  server.close(server.lines[0]!, 4401);
  await until(() => heard.length === 2);
  assert.deepEqual(asked, [false, true]);
});

test("does not come back while nobody is looking", async () => {
  line.look();
  await until(() => heard.length === 1);
  wants = false;
  server.lines[0]!.destroy();
  await soon(1_300);
  assert.equal(server.lines.length, 1);
  wants = true;
  line.look();
  await until(() => heard.length === 2);
});

test("a server that is away is asked more and more seldom", async () => {
  server.stop();
  line.look();
  await until(() => asked.length === 2);
  const first = Date.now();
  await until(() => asked.length === 3);
  assert.ok(Date.now() - first > 900);
});

test("pauses grow, scatter and have an end", () => {
  assert.equal(waitAfter(1006, 0, 1), 1_000);
  assert.equal(waitAfter(1006, 0, 0), 500);
  assert.equal(waitAfter(1006, 3, 1), 8_000);
  assert.equal(waitAfter(1006, 40, 1), 60_000);
  assert.equal(waitAfter(4403, 0, 0), 15_000);
  assert.deepEqual([waitAfter(1012, 9, 0), waitAfter(1012, 9, 1)], [1_000, 5_000]);
});
