import assert from "node:assert/strict";
import { test } from "node:test";
import { count, dayAndTime, money, relativeTime, whole } from "../src/shared/format.ts";

const NOW = new Date(2026, 10, 21, 12, 0, 0);
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

test("times are relative up to a week, then a date", () => {
  assert.equal(relativeTime(ago(20), NOW, "zh-CN"), "刚刚");
  assert.equal(relativeTime(ago(5 * 60), NOW, "zh-CN"), "5分钟前");
  assert.equal(relativeTime(ago(3 * 3600), NOW, "zh-CN"), "3小时前");
  assert.equal(relativeTime(ago(24 * 3600), NOW, "zh-CN"), "昨天");
  assert.equal(relativeTime(ago(8 * 24 * 3600), NOW, "zh-CN"), "11月13日");
  assert.equal(relativeTime(ago(400 * 24 * 3600), NOW, "zh-CN"), "2025年10月17日");
  assert.equal(relativeTime(ago(20), NOW, "en"), "just now");
});

test("counts above 999 are short and never rounded up", () => {
  assert.equal(count(999, "zh-CN"), "999");
  assert.equal(count(1234, "zh-CN"), "1.2千");
  assert.equal(count(9999, "zh-CN"), "9.9千");
  assert.equal(count(10_000, "zh-CN"), "1万");
  assert.equal(count(1234, "en"), "1.2k");
  assert.equal(count(1_960_000, "en"), "1.9M");
});

test("homes are counted to the last one", () => {
  assert.equal(whole(1053, "zh-CN"), "1,053");
  assert.equal(whole(1053, "en"), "1,053");
  assert.equal(whole(80, "zh-CN"), "80");
});

test("a moment in a list has its day and time, and its year when that is another", () => {
  assert.equal(dayAndTime(new Date(2026, 10, 21, 9, 5), NOW, "zh-CN"), "11月21日 09:05");
  assert.equal(dayAndTime(new Date(2025, 10, 21, 0, 5), NOW, "zh-CN"), "2025年11月21日 00:05");
  assert.equal(dayAndTime(new Date(2026, 10, 21, 13, 20), NOW, "en"), "November 21 13:20");
});

test("money has two decimals and groups of three", () => {
  assert.equal(money(0), "¥0.00");
  assert.equal(money(5), "¥0.05");
  assert.equal(money(123_456_789), "¥1,234,567.89");
  assert.equal(money(-1230), "-¥12.30");
});
