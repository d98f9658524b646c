import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { shareOf, stepOf } from "../src/desk/coverage/share.ts";
import { uncovered } from "../src/desk/grids/gaps.ts";
import { bodyOf, changesOf, copyOf, emptyForm, VALID_DAYS_MOST, wrongIn } from "../src/desk/notices/form.ts";
import { fromLocal, toLocal } from "../src/desk/notices/moments.ts";
import { choose, isChosen, isPartly, type Place } from "../src/desk/notices/places.ts";

const read = (path: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, path), "utf8"));

function place(path: string, parent: Place | null = null): Place {
  const name = path.split(" ").at(-1) ?? "";
  const made: Place = { id: path, kind: parent ? "building" : "estate", name, path, parent, hasChildren: false, children: null };
  if (parent) parent.children = [...(parent.children ?? []), made];
  return made;
}

test("the desk says what the inbox will say", () => {
  for (const language of ["zh-CN", "en"]) {
    const [desk, inbox] = [read(`../src/locales/desk.${language}.json`), read(`../../backend/locales/${language}.json`)];
    for (const step of ["approved", "returned", "published", "scheduled", "withdrawn"])
      for (const part of ["title", "body"]) assert.equal(desk[`told_notice.${step}.${part}`], inbox[`inbox.notice.step.${step}.${part}`], `${language} ${step}`);
  }
});

test("a share is whole only when nobody is left, and nothing only when everybody is", () => {
  const of = (homes: number, unreached: number) => shareOf({ homes, unreached, acknowledged: 0, reached: homes - unreached, told: 0 });
  assert.deepEqual([of(0, 0), of(1000, 1000), of(1000, 999), of(1000, 1), of(3, 1), of(5, 0)], [0, 0, 1, 99, 66, 100]);
  assert.deepEqual([0, 19, 20, 79, 99, 100].map(stepOf), [0, 0, 1, 3, 4, 5]);
});

test("a chosen place stands for all in it, and taking one out leaves the others", () => {
  const estate = place("园");
  const [first, second, third] = ["1", "2", "3"].map((name) => place(`园 ${name}`, estate)) as [Place, Place, Place];
  let chosen = choose(first, true, []);
  assert.ok(isPartly(estate, chosen) && !isChosen(second, chosen));
  chosen = choose(estate, true, chosen);
  assert.deepEqual(chosen, ["园"]);
  assert.ok(isChosen(third, chosen) && !isPartly(estate, chosen));
  chosen = choose(second, false, chosen);
  assert.deepEqual(chosen.sort(), ["园 1", "园 3"]);
  assert.deepEqual(choose(estate, false, chosen), []);
});

test("homes that nobody walks are named by their estate, or by their building", () => {
  const [garden, village] = [place("园"), place("村")];
  for (const name of ["1幢", "2幢", "21幢"]) place(`园 ${name}`, garden);
  place("村 1号楼", village);
  const gaps = (...walked: string[]) => uncovered([garden, village], walked).map((one) => one.path);
  assert.deepEqual(gaps(), ["园", "村"]);
  assert.deepEqual(gaps("园 2幢 1单元", "村"), ["园 1幢", "园 21幢"]);
  assert.deepEqual(gaps("园", "村 1号楼"), []);
});

test("an edit sends what changed, and what can't be sent is named", () => {
  const before = { ...emptyForm("org"), title: "停水", body: "今晚停水。" };
  const after = { ...copyOf(before), title: "停水 ", priority: "urgent" as const };
  assert.deepEqual(changesOf(after, before), { priority: "urgent" });
  assert.equal(bodyOf(emptyForm("")).organisation_id, null);
  const now = Date.parse("2026-11-21T08:00:00Z");
  const at = (days: number) => toLocal(new Date(now + days * 86_400_000).toISOString());
  assert.deepEqual(wrongIn(emptyForm(""), now), ["title", "body"]);
  assert.deepEqual(wrongIn({ ...before, starts: at(-1), ends: at(-1), pinned: at(-1) }, now), ["starts", "ends", "pinned"]);
  assert.deepEqual(wrongIn({ ...before, ends: at(VALID_DAYS_MOST) }, now), []);
  assert.deepEqual(wrongIn({ ...before, ends: at(VALID_DAYS_MOST + 1) }, now), ["ends"]);
  assert.equal(fromLocal(at(1)), new Date(now + 86_400_000).toISOString());
});
