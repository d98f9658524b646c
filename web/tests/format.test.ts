import assert from "node:assert/strict";
import { test } from "node:test";
import { count, money, relativeTime } from "../src/shared/format.ts";

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

test("money has two decimals and groups of three", () => {
  assert.equal(money(0), "¥0.00");
  assert.equal(money(5), "¥0.05");
  assert.equal(money(123_456_789), "¥1,234,567.89");
  assert.equal(money(-1230), "-¥12.30");
});
