import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "../src/phone/inbox/subjects.ts";
import { asSource, asTyped, charsOf, emptyTyped, nameAt, namedAt } from "../src/phone/forum/text.ts";
import { asContent, emptyWriting, fromContent, wrongOf } from "../src/phone/forum/writing.ts";

const ID = "01900000-0000-7000-8000-00000000000";
const alt = (n: number): string => `第 ${n} 张`;

test("mentions become links and pictures lines at the end, and both come back as they were typed", () => {
  const typed = {
    text: "@王女士 · 3幢 说得对，@王女士 您看呢？",
    mentions: { 王女士: `account:${ID}1`, "王女士 · 3幢": `account:${ID}2` },
    pictures: [`${ID}3`, `${ID}4`],
  };
  const source = asSource(typed, alt);
  assert.equal(
    source,
    `[@王女士 · 3幢](account:${ID}2) 说得对，[@王女士](account:${ID}1) 您看呢？\n\n![第 1 张](media:${ID}3)\n\n![第 2 张](media:${ID}4)`,
  );
  assert.deepEqual(asTyped(source), typed);
  assert.deepEqual(asTyped(""), emptyTyped());
  assert.equal(asSource({ ...emptyTyped(), pictures: [`${ID}3`] }, alt), `![第 1 张](media:${ID}3)`);
});

test("an @ names somebody at the beginning or after a gap, never inside an address", () => {
  assert.equal(namedAt("@", 1), "");
  assert.equal(namedAt("您好 @物业", 6), "物业");
  assert.equal(namedAt("请看，@物业", 6), "物业");
  assert.equal(namedAt("me@example", 10), null);
  assert.equal(namedAt("@物业 已经", 6), null);
  assert.deepEqual(nameAt("您好 @物 谢谢", 5, "翠湖物业"), { text: "您好 @翠湖物业  谢谢", caret: 9 });
  assert.deepEqual(nameAt("您好", 2, "翠湖物业"), { text: "您好 @翠湖物业 ", caret: 9 });
});

test("a title is counted in characters, as the server counts", () => {
  const writing = { ...emptyWriting("b"), title: "电梯又坏了" };
  assert.deepEqual(wrongOf(writing, "今天早上停在三楼。"), { board: false, title: true, body: false, asked: false });
  assert.equal(wrongOf({ ...writing, title: "电梯又坏了吗" }, "今天早上停在三楼。").title, false);
  assert.equal(wrongOf({ ...writing, title: "好".repeat(61) }, "").title, true);
  assert.equal(wrongOf({ ...writing, kind: "issue" }, "").asked, true);
  assert.equal(charsOf(" 🏠家 "), 2);
});

test("a draft comes back as it was, whatever another version of the app put into it", () => {
  const writing = { board: "b", kind: "issue" as const, title: "灯不亮", typed: { ...emptyTyped(), text: "楼道灯" }, organisation: "o", asked: "p" };
  const content = asContent(writing, asSource(writing.typed, alt), null);
  assert.deepEqual(fromContent(content, "b"), writing);
  assert.deepEqual(fromContent({ kind: "song", title: null }, "b"), emptyWriting("b"));
});

test("what is said of a thread opens it at what is new", () => {
  assert.deepEqual(placeOf({ kind: "forum.reply", subject_kind: "thread", subject_id: "t" }), { to: "/threads/t?at=unread" });
});
