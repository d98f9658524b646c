import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { differenceOf } from "../src/desk/cases/difference.ts";
import { beginning } from "../src/desk/cases/title.ts";
import { subjectIn, threadIn } from "../src/desk/issues/address.ts";
import { choose, linesOf } from "../src/desk/polls/tally.ts";
import { marked } from "../src/desk/words/marked.ts";

type Words = Record<string, string>;
const read = (path: string): Words => JSON.parse(readFileSync(resolve(import.meta.dirname, path), "utf8"));

/** What the desk shows before a decision, and under which name the inbox says it. */
const TOLD = {
  "told_case.": "inbox.moderation.decided.",
  "told_report.": "inbox.report.decided.",
  "told_appeal.": "inbox.appeal.decided.",
  "told_issue.": "inbox.issue.moved.",
  "told_poll.": "inbox.poll.closed.",
  "told_notice.": "inbox.notice.step.",
};

test("the desk shows the words that the inbox says", () => {
  for (const locale of ["zh-CN", "en"]) {
    const [desk, inbox] = [read(`../src/locales/desk.${locale}.json`), read(`../../backend/locales/${locale}.json`)];
    for (const [ours, theirs] of Object.entries(TOLD)) {
      const keys = Object.keys(desk).filter((key) => key.startsWith(ours));
      assert.ok(keys.length > 1, ours);
      for (const key of keys) assert.equal(desk[key], inbox[theirs + key.slice(ours.length)], `${locale} ${key}`);
    }
  }
});

test("a difference gives both texts back", () => {
  for (const [before, after] of [["周六停水", "周六上午停水两小时"], ["", "新的"], ["旧的", ""], ["一样", "一样"], ["a𠮷b", "a👍🏽b"]] as const) {
    const pieces = differenceOf(before, after);
    assert.equal(pieces.filter((one) => one.kind !== "added").map((one) => one.text).join(""), before);
    assert.equal(pieces.filter((one) => one.kind !== "removed").map((one) => one.text).join(""), after);
  }
  assert.deepEqual(differenceOf("他是骗子", "他是好人"), [{ kind: "same", text: "他是" }, { kind: "removed", text: "骗子" }, { kind: "added", text: "好人" }]);
  const long = "邻".repeat(3000);
  assert.deepEqual(differenceOf(`甲${long}乙`, `丙${long}丁`).map((one) => one.kind), ["removed", "added"]);
});

test("what was found is marked where it stands", () => {
  const mark = (text: string, ...found: string[]) => marked(text, found.map((one) => ({ found: one, action: "mask" }))).map((piece) => (piece.action ? `[${piece.text}]` : piece.text)).join("");
  assert.equal(mark("加 微 信 吧，加微信", "加 微 信", "加微信"), "[加 微 信] 吧，[加微信]");
  assert.equal(mark("贷款贷款公司", "贷款", "贷款公司"), "[贷款][贷款公司]");
  assert.equal(mark("没有"), "没有");
  assert.equal(mark("没有", ""), "没有");
});

test("a thread is found in its link, or by its id", () => {
  const id = "01939a44-0000-7000-8000-00000000abcd";
  for (const text of [`https://linli.example/#/threads/${id}?at=12`, id, ` ${id.toUpperCase()} `]) assert.equal(threadIn(text), id);
  assert.equal(threadIn("https://linli.example/#/notices"), "");
  assert.equal(threadIn(`https://linli.example/#/notices/${id}`), "");
  assert.deepEqual(subjectIn(`https://linli.example/#/notices/${id}`), { kind: "notice", id });
  assert.deepEqual(subjectIn(id), { kind: "thread", id });
  assert.equal(subjectIn("楼下的灯"), null);
});

test("a paper takes one, several, or an order", () => {
  assert.deepEqual(choose(["a"], "b", 1), ["b"]);
  assert.deepEqual(choose(["a", "b"], "c", 2), ["a", "b"]);
  assert.deepEqual(choose(["a", "b"], "a", 2), ["b"]);
  assert.deepEqual(choose(["b"], "a", 3), ["b", "a"]);
});

test("shares are of those who voted, and nothing shows before it may", () => {
  const option = (id: string, votes: number | null) => ({ id, text: id, votes, area_m2: null });
  const lines = linesOf({ options: [option("a", 3), option("b", 1)], voted: 4, quorum_result: null });
  assert.deepEqual(lines.map((one) => [one.share, one.leads]), [[0.75, true], [0.25, false]]);
  assert.deepEqual(linesOf({ options: [option("a", null)], voted: 4, quorum_result: null }), []);
  assert.equal(linesOf({ options: [option("a", 0)], voted: 0, quorum_result: null })[0]?.share, 0);
});

test("what has no title is called by its beginning, as the inbox calls it", () => {
  assert.equal(beginning("好的"), "好的");
  assert.equal(beginning(`${"邻".repeat(19)}里`), `${"邻".repeat(19)}里`);
  assert.equal(beginning(`${"邻".repeat(19)} 里居`), `${"邻".repeat(19)}…`);
});
