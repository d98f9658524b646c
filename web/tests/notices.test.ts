import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "../src/phone/inbox/subjects.ts";
import { asCreate, audienceOf, DAYS, emptyDraft, endOf } from "../src/phone/notices/draft.ts";

const NOW = new Date("2026-11-21T10:00:00").getTime();
const DAY_MS = 86_400_000;

test("a notice ends with its last day, today being the first, and the longest stays within 90 days", () => {
  const end = new Date(endOf("3", NOW));
  assert.deepEqual([end.getDate(), end.getHours(), end.getMinutes()], [23, 23, 59]);
  for (const days of DAYS) {
    const left = new Date(endOf(days, NOW)).getTime() - NOW;
    assert.ok(left > 0 && left < Number(days) * DAY_MS, days);
  }
});

test("the same tap twice says the same thing, whenever within the day", () => {
  const draft = { ...emptyDraft("notice"), title: " 停水 ", body: " 明天停水。 ", places: ["b", "a"], everyone: false };
  assert.deepEqual(asCreate(draft, NOW), asCreate({ ...draft, places: ["a", "b"] }, NOW + 3_600_000));
  assert.equal(asCreate(draft, NOW).title, "停水");
});

test("everyone is no places and no groups, whatever was ticked before", () => {
  const ticked = { ...emptyDraft("notice"), places: ["a"], groups: ["age:60" as const] };
  assert.deepEqual(audienceOf({ ...ticked, everyone: true }), { places: [], groups: [] });
  assert.deepEqual(audienceOf({ ...ticked, everyone: false }), { places: ["a"], groups: ["age:60"] });
});

test("nobody speaks for an organisation that isn't known yet", () => {
  assert.equal(asCreate(emptyDraft("notice"), NOW).organisation_id, null);
  assert.equal(asCreate({ ...emptyDraft("notice"), organisation: "x" }, NOW).organisation_id, "x");
});

test("each kind of item opens what it is about", () => {
  const place = (kind: string, subject: string) => placeOf({ kind, subject_kind: subject, subject_id: "id" });
  assert.deepEqual(place("notice.urgent", "notice"), { to: "/notices/id" });
  assert.deepEqual(place("desk.doors", "notice"), { to: "/doors/id" });
  assert.deepEqual(place("desk.waiting", "notice"), { href: "/desk#/notices/id" });
  assert.deepEqual(place("desk.waiting", "verification"), { href: "/desk#/verifications/id" });
  assert.deepEqual(place("verification.decided", "verification"), { to: "/verification" });
  assert.deepEqual(place("account.warned", "session"), { to: "/me/devices" });
  assert.equal(place("something.new", "something"), null);
});
