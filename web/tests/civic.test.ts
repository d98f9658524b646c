/** What a poll being written lacks and becomes, what a search is narrowed by, how a sanction stands, how soon somebody answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lasting } from "../src/phone/issues/words.ts";
import { stateOf } from "../src/phone/moderation/state.ts";
import { asPollCreate, daysOf, emptyPoll, endOf, missingOf } from "../src/phone/polls/draft.ts";
import { asQuery, filtersOf, NO_FILTERS, searchPath, withChosen } from "../src/phone/search/filters.ts";
import { placeOfHit } from "../src/phone/search/wire.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const HOUR_S = 3600;

test("a poll lacks its question, then two options, then two that differ", () => {
  const poll = emptyPoll(NOW);
  assert.equal(missingOf(poll), "question");
  assert.equal(missingOf({ ...poll, question: "放哪里" }), "options");
  assert.equal(missingOf({ ...poll, question: "放哪里", options: ["东门", " 东门 "] }), "same");
  assert.equal(missingOf({ ...poll, question: "放哪里", options: ["东门", "", "西门"] }), null);
});

test("what is sent says nothing that the rest rules out", () => {
  const poll = { ...emptyPoll(NOW), question: " 放哪里 ", options: ["东门", "", "西门 "], choices_most: 5, place_ids: ["p"] };
  assert.deepEqual(asPollCreate({ ...poll, method: "multiple" }).options, ["东门", "西门"]);
  assert.equal(asPollCreate({ ...poll, method: "multiple" }).choices_most, 2);
  assert.equal(asPollCreate({ ...poll, method: "ranked" }).choices_most, 2);
  assert.equal(asPollCreate(poll).choices_most, 1);
  assert.equal(asPollCreate({ ...poll, is_secret: true }).results, "closed");
  const owners = asPollCreate({ ...poll, counted_by: "owners", is_secret: true, method: "ranked", quorum: "major" });
  assert.deepEqual([owners.is_secret, owners.method, owners.quorum], [false, "single", "major"]);
  assert.equal(asPollCreate({ ...poll, quorum: "major" }).quorum, "none");
});

test("the days of a poll are those that were chosen", () => {
  for (const days of ["1", "3", "7", "14", "30"] as const) assert.equal(daysOf({ ...emptyPoll(NOW), closes_at: endOf(days, NOW) }, NOW), days);
});

test("a search stands in the address and comes back from it", () => {
  const filters = { kind: "reply", board: "b", building: "", span: "week" } as const;
  assert.deepEqual(asQuery("电梯", filters), { q: "电梯", kind: "reply", board: "b", span: "week" });
  assert.deepEqual(filtersOf(asQuery("电梯", filters)), filters);
  assert.deepEqual(filtersOf({ kind: "nonsense", span: "always" }), NO_FILTERS);
  assert.equal(searchPath("c", "a&b", NO_FILTERS), "/search?community_id=c&q=a%26b");
});

test("what is chosen stays among the choices", () => {
  const facets = [{ value: "a", name: "甲", count: 2 }];
  assert.deepEqual(withChosen(facets, "a", new Map()), facets);
  assert.deepEqual(withChosen(facets, "b", new Map([["b", "乙"]])).at(-1), { value: "b", name: "乙", count: 0 });
});

test("a reply opens where it stands", () => {
  assert.equal(placeOfHit({ kind: "reply", subject_id: "t", number: 12 }), "/threads/t?at=12");
  assert.equal(placeOfHit({ kind: "notice", subject_id: "n", number: null }), "/notices/n");
  assert.equal(placeOfHit({ kind: "person", subject_id: "p", number: null }), null);
});

test("a sanction holds until its last moment", () => {
  const mute = { penalty: "mute", ends_at: "2026-11-21T10:00:00Z", lifted_at: null } as const;
  assert.equal(stateOf(mute, NOW - 1), "holds");
  assert.equal(stateOf(mute, NOW), "over");
  assert.equal(stateOf({ ...mute, lifted_at: "2026-11-21T09:00:00Z" }, NOW - 1), "lifted");
  assert.equal(stateOf({ ...mute, penalty: null }, NOW - 1), "said");
});

test("how long something took is rounded up", () => {
  assert.equal(lasting(0), "1 分钟");
  assert.equal(lasting(HOUR_S), "1 小时");
  assert.equal(lasting(HOUR_S + 1), "2 小时");
  assert.equal(lasting(48 * HOUR_S - 1), "48 小时");
  assert.equal(lasting(48 * HOUR_S + 1), "3 天");
});
