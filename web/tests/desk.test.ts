import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { curl, example, groupOf, limits, operations, shortName, typeName, type OpenApi } from "../src/desk/docs/openapi.ts";
import { averageColour } from "../src/shared/thumbhash.ts";
import { told } from "../src/desk/told.ts";

const read = (name: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, "../src/locales", name), "utf8"));
const place = { community: "翠湖社区", home: "翠湖园 3幢 2单元 501" };

test("the desk shows the words that the phone shows", () => {
  for (const name of ["phone.zh-CN.json", "phone.en.json"]) {
    const words = read(name);
    const approved = told(words, "approve", place);
    assert.ok(approved.title && approved.before.includes(place.home) && approved.before.includes(place.community), name);
    assert.doesNotMatch(approved.before, /\{/);
    for (const decision of ["reject", "request-more"] as const) {
      const found = told(words, decision, place);
      assert.ok(found.title && found.before && found.reasonIs, `${name} ${decision}`);
    }
  }
});

test("a thumbhash gives a colour, and nonsense gives none", () => {
  assert.match(averageColour("3OcRJYB4d3h/iIeHeEh3eIhw+j2w"), /^rgb\(\d+ \d+ \d+\)$/);
  assert.equal(averageColour(""), "");
  assert.equal(averageColour("***"), "");
});

const file: OpenApi = {
  openapi: "3.1.0",
  info: { title: "Linli", version: "1" },
  paths: {
    "/api/v1/desk/roles": {
      post: { description: "Appoints.", requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/a.b.RoleCreate" } } } }, responses: { "201": { description: "Made" } } },
      get: { parameters: [{ name: "community_id", in: "query", required: true, schema: { type: "string", format: "uuid" } }] },
    },
  },
  components: { schemas: { "a.b.RoleCreate": { type: "object", required: ["phone"], properties: { phone: { type: "string", minLength: 5, maxLength: 20 }, ends_at: { oneOf: [{ type: "string", format: "date-time" }, { type: "null" }] } } } } },
};

test("the API's pages are made from its description", () => {
  const [list, grant] = operations(file);
  assert.equal(list?.method, "GET");
  assert.equal(grant?.group, "desk/roles");
  assert.equal(groupOf("/api/v1/me/access-log"), "me");
  assert.equal(typeName(file, { $ref: "#/components/schemas/a.b.RoleCreate" }), "RoleCreate");
  assert.equal(shortName("Page_a.b.SessionOut_"), "Page<SessionOut>");
  assert.equal(limits({ minLength: 5, maxLength: 20 }), "5–20");
  assert.deepEqual(example(file, { $ref: "#/components/schemas/a.b.RoleCreate" }), { phone: "…", ends_at: "2026-12-31T08:00:00Z" });
  assert.match(curl(file, grant!, "http://here"), /Idempotency-Key/);
  assert.match(curl(file, list!, "http://here"), /roles\?community_id=…/);
});
