import assert from "node:assert/strict";
import { test } from "node:test";
import { idHint, tidyIdNumber } from "../src/shared/id-number.ts";

const TODAY = new Date(2026, 10, 21);
// The example of GB 11643 itself, and one that ends in X.
const RIGHT = "11010519491231002X";

test("a right number is right, in lower case and with spaces too", () => {
  assert.equal(idHint(RIGHT, TODAY), "ok");
  assert.equal(idHint(tidyIdNumber(" 110105 19491231 002x "), TODAY), "ok");
});

test("the hint follows the typing", () => {
  assert.equal(idHint("", TODAY), "empty");
  assert.equal(idHint("1101051949", TODAY), "typing");
  assert.equal(idHint("1101051949A", TODAY), "shape");
  assert.equal(idHint("11010519491331002X", TODAY), "date");
});

test("any single wrong digit after the date is caught", () => {
  for (let place = 14; place < 17; place += 1) {
    for (let digit = 0; digit < 10; digit += 1) {
      const changed = RIGHT.slice(0, place) + digit + RIGHT.slice(place + 1);
      assert.equal(idHint(changed, TODAY), changed === RIGHT ? "ok" : "checksum");
    }
  }
});

test("the day before somebody turns 14 they need a guardian, on the day they don't", () => {
  const child = "110105201211210013";
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(child[index]), 0);
  const number = child.slice(0, 17) + "10X98765432"[sum % 11];
  assert.equal(idHint(number, new Date(2026, 10, 20)), "too_young");
  assert.equal(idHint(number, new Date(2026, 10, 21)), "ok");
});

test("a birth in the future is no date", () => {
  assert.equal(idHint("110105202712310026", TODAY), "date");
});
