import assert from "node:assert/strict";
import { test } from "node:test";
import { Attempt, newKey } from "../src/shared/api/attempt.ts";
import { problemFrom } from "../src/shared/api/problem.ts";
import { words } from "../src/shared/i18n.ts";
import { mobileNumber } from "../src/shared/mobile-number.ts";

const key = (attempt: Attempt, body: unknown): string => attempt.headers(body)["Idempotency-Key"] ?? "";

test("retries of the same thing carry the same key; another thing, or the next one, another", () => {
  const attempt = new Attempt();
  const first = key(attempt, { name: "王芳" });
  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(key(attempt, { name: "王芳" }), first);
  const changed = key(attempt, { name: "王方" });
  assert.notEqual(changed, first);
  attempt.done();
  assert.notEqual(key(attempt, { name: "王方" }), changed);
});

test("keys differ", () => {
  assert.equal(new Set(Array.from({ length: 1000 }, newKey)).size, 1000);
});

test("a problem document becomes its sentence, code and fields", () => {
  const body = { status: 422, code: "core.invalid", detail: "有几处填写得不对", errors: [{ field: "real_name", code: "x", detail: "太短" }] };
  const problem = problemFrom(422, JSON.stringify(body), null);
  assert.equal(problem.message, "有几处填写得不对");
  assert.equal(problem.field("real_name"), "太短");
  assert.equal(problem.field("home_id"), "");
  assert.equal(problem.mayRetry, false);
});

test("a proxy's page still gets a sentence, and is worth a retry", () => {
  const problem = problemFrom(502, "<html>Bad Gateway</html>", "7");
  assert.ok(problem.message.length > 5);
  assert.equal(problem.code, "http.502");
  assert.equal(problem.retryAfterS, 7);
  assert.equal(problem.mayRetry, true);
});

test("words fill their places and leave unknown ones visible", () => {
  const t = words({ hello: "你好，{name}" }, async () => ({ default: { hello: "Hello, {name}" } }));
  assert.equal(t("hello", { name: "周先生" }), "你好，周先生");
  assert.equal(t("hello", { other: 1 }), "你好，{name}");
});

test("one reply is not replies", () => {
  const t = words({ replies: "{n} {n|reply|replies}" }, async () => ({ default: { replies: "" } }));
  assert.deepEqual([0, 1, "1", 2, "1.2k"].map((n) => t("replies", { n })), ["0 replies", "1 reply", "1 reply", "2 replies", "1.2k replies"]);
});

test("mobile numbers as people write them", () => {
  for (const text of ["13800000031", "+86 138 0000 0031", "0086-138-0000-0031", "(138)00000031"]) assert.equal(mobileNumber(text), "13800000031");
  for (const text of ["", "1380000003", "23800000031", "138000000311", "abc"]) assert.equal(mobileNumber(text), "");
});
