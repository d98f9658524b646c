import assert from "node:assert/strict";
import { test } from "node:test";
import { doorsteps, slotOf, stairs, withDoor } from "../src/phone/doors/walk.ts";
import type { Door, DoorList } from "../src/phone/doors/wire.ts";
import { Jobs, sendInOrder, type Deed, type Job, type Shelf } from "../src/phone/outbox/jobs.ts";

/** As localStorage: it outlives the page that wrote to it. */
function shelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
}

const deed = (home: string, more: Partial<Deed> = {}): Deed => ({
  slot: slotOf("n", home), account: "worker", method: "POST", path: "/desk/notices/n/visits", body: { home_id: home }, ...more,
});

class NoAnswer extends Error {}

/** A server that counts a home once a key, however often it is told, and can lose its answers. */
function server(lose: () => boolean = () => false) {
  const seen = new Map<string, string>();
  const arrived: string[] = [];
  const send = async (job: Job): Promise<unknown> => {
    const home = (job.body as { home_id: string } | null)?.home_id ?? "";
    seen.set(job.key, home);
    arrived.push(`${job.method} ${job.slot}`);
    if (lose()) throw new NoAnswer("lost");
    return { home_id: home };
  };
  return { seen, arrived, send };
}

function sending(send: (job: Job) => Promise<unknown>) {
  const [sent, refused]: [string[], string[]] = [[], []];
  return {
    sent, refused,
    to: { send, mayRetry: (error: unknown) => error instanceof NoAnswer, sent: (job: Job) => void sent.push(job.slot), refused: (job: Job) => void refused.push(job.slot) },
  };
}

test("what was done waits through a closed page and is sent once, in order", async () => {
  const kept = shelf();
  const before = new Jobs(kept);
  ["501", "502", "503"].forEach((home, index) => before.add(deed(home), 1000 + index));
  const { seen, arrived, send } = server();
  const { to, sent } = sending(send);
  const after = new Jobs(kept);
  assert.equal(await sendInOrder(after, "worker", 2000, to), true);
  assert.deepEqual(arrived.map((line) => line.slice(-3)), ["501", "502", "503"]);
  assert.equal(seen.size, 3);
  assert.equal(sent.length, 3);
  assert.deepEqual(after.list("worker"), []);
  await sendInOrder(after, "worker", 3000, to);
  assert.equal(arrived.length, 3);
});

test("an answer that was lost is asked for again under the same key", async () => {
  const jobs = new Jobs(shelf());
  jobs.add(deed("501"), 1000);
  jobs.add(deed("502"), 1001);
  let losses = 2;
  const { seen, arrived, send } = server(() => losses-- > 0);
  const { to } = sending(send);
  assert.equal(await sendInOrder(jobs, "worker", 2000, to), false);
  assert.equal(arrived.length, 1, "the line is bad: the second one waits");
  assert.equal(await sendInOrder(jobs, "worker", 2000, to), false);
  assert.equal(await sendInOrder(jobs, "worker", 2000, to), true);
  assert.equal(arrived.length, 4);
  assert.equal(seen.size, 2);
});

test("what the server refuses for good is given up and said, and the rest goes on", async () => {
  const jobs = new Jobs(shelf());
  jobs.add(deed("501"), 1000);
  jobs.add(deed("502"), 1001);
  const { to, sent, refused } = sending(async (job) => {
    if (job.slot.endsWith("501")) throw new Error("not yours");
  });
  assert.equal(await sendInOrder(jobs, "worker", 2000, to), true);
  assert.deepEqual([refused.length, sent.length, jobs.list("worker").length], [1, 1, 0]);
});

test("a held one can be taken back until it leaves, and holds back what follows at its door", async () => {
  const jobs = new Jobs(shelf());
  jobs.add(deed("501"), 1000, 7000);
  jobs.add(deed("501", { method: "DELETE", body: null }), 1001);
  jobs.add(deed("502"), 1002);
  const { arrived, send } = server();
  const { to } = sending(send);
  await sendInOrder(jobs, "worker", 2000, to);
  assert.deepEqual(arrived, ["POST visit:n:502"]);
  await sendInOrder(jobs, "worker", 8000, to);
  assert.deepEqual(arrived.slice(1), ["POST visit:n:501", "DELETE visit:n:501"]);
});

test("what surely never left is dropped; what may have left is not", async () => {
  const jobs = new Jobs(shelf());
  jobs.add(deed("501"), 1000);
  assert.equal(jobs.takeBack("worker", slotOf("n", "501")), true);
  assert.equal(jobs.takeBack("worker", slotOf("n", "501")), false);
  jobs.add(deed("501"), 1000);
  const { to } = sending(async () => Promise.reject(new NoAnswer("lost")));
  await sendInOrder(jobs, "worker", 2000, to);
  assert.equal(jobs.takeBack("worker", slotOf("n", "501")), false);
  assert.equal(jobs.list("worker")[0]?.tries, 1);
});

test("another person's deeds stay until that person is back", async () => {
  const jobs = new Jobs(shelf());
  jobs.add(deed("501"), 1000);
  const { arrived, send } = server();
  await sendInOrder(jobs, "somebody else", 2000, sending(send).to);
  assert.deepEqual([arrived.length, jobs.list("worker").length], [0, 1]);
});

const door = (name: string, more: Partial<Door> = {}): Door => ({
  home_id: name, path: `翠湖园 3幢 1单元 ${name}`, name, state: "unreached", members: 1, with_app: 0, visit: null, ...more,
});
const list = (...doors: Door[]): DoorList => ({
  notice_id: "n", title: "停水", reference: null, version: 1, doors, left: doors.length, as_of: "2026-11-21T00:00:00Z",
});
const visit = { told: "本人", note: "", visited_by: "陈师傅", visited_at: "2026-11-21T09:00:00Z" };

test("ticks lie over the list until the server has them, and the last deed at a door counts", () => {
  const jobs = new Jobs(shelf());
  const told = list(door("501"), door("502", { state: "told", visit }), door("503", { state: "reached" }));
  jobs.add(deed("501", { body: { home_id: "501", told: "家人", note: "", version: 1, visited_at: "2026-11-21T10:00:00Z" } }), 1000);
  jobs.add(deed("502", { method: "DELETE", body: null }), 1001);
  const steps = doorsteps(told, jobs.list("worker"));
  assert.deepEqual(steps.map((one) => [one.done, one.waiting]), [[true, true], [false, true], [true, false]]);
  assert.equal(steps[0]?.door.visit?.told, "家人");
  assert.equal(steps[1]?.door.visit, null);
});

test("doors stand by stairs in the order they are walked, each counted once", () => {
  const told = list(door("101"), door("102", { state: "told", visit }), door("201", { path: "翠湖园 3幢 2单元 201" }));
  const found = stairs(doorsteps(told, []));
  assert.deepEqual(found.map((one) => [one.name, one.steps.length, one.left]), [["翠湖园 3幢 1单元", 2, 1], ["翠湖园 3幢 2单元", 1, 1]]);
  const after = withDoor(told, door("101", { state: "told", visit }));
  assert.equal(after.left, 1);
  assert.equal(withDoor(after, door("101", { state: "told", visit })).left, 1);
});
