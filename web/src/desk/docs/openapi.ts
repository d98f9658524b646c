/** The OpenAPI file, as far as this page reads it, and what it makes of it. Pure. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  maxItems?: number;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Body {
  required?: boolean;
  content?: Record<string, { schema?: Schema }>;
}

interface RawOperation {
  tags?: string[];
  summary?: string;
  description?: string;
  operationId?: string;
  deprecated?: boolean;
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
  security?: Record<string, string[]>[];
}

export interface OpenApi {
  openapi: string;
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema> };
  security?: Record<string, string[]>[];
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  group: string;
  title: string;
  text: string;
  parameters: Parameter[];
  body: { type: string; schema: Schema } | null;
  answers: { status: string; text: string; type: string; schema: Schema | null }[];
}

const METHODS = ["get", "post", "put", "patch", "delete"];

export function operations(file: OpenApi): Operation[] {
  return Object.entries(file.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operation(path, method, item[method] as RawOperation)),
  );
}

function operation(path: string, method: string, raw: RawOperation): Operation {
  const [type, content] = Object.entries(raw.requestBody?.content ?? {})[0] ?? [];
  return {
    id: `${method}-${path}`.replace(/[^a-z0-9]+/gi, "-"),
    method: method.toUpperCase(),
    path,
    group: raw.tags?.[0] ?? groupOf(path),
    title: raw.summary ?? "",
    text: raw.description ?? "",
    parameters: raw.parameters ?? [],
    body: type && content?.schema ? { type, schema: content.schema } : null,
    answers: Object.entries(raw.responses ?? {}).map(([status, answer]) => {
      const [kind, found] = Object.entries(answer.content ?? {})[0] ?? [];
      return { status, text: answer.description ?? "", type: kind ?? "", schema: found?.schema ?? null };
    }),
  };
}

/** Without tags, the first noun of the path: /api/v1/desk/roles/{id} belongs to "desk/roles". */
export function groupOf(path: string): string {
  const parts = path.replace(/^\/api(\/v\d+)?\//, "").split("/").filter((part) => part && !part.startsWith("{"));
  return parts[0] === "desk" && parts[1] ? `desk/${parts[1]}` : (parts[0] ?? path);
}

/** "Page_backend.identity.schemas.auth.SessionOut_" is `Page<SessionOut>` to people. */
export function shortName(name: string): string {
  return name.replace(/^([A-Za-z]+)_(.+)_$/, (_, outer: string, inner: string) => `${outer}<${inner.split(".").pop()}>`).replace(/^.*\.([A-Za-z]+)$/, "$1");
}

export function resolve(file: OpenApi, schema: Schema): { name: string; schema: Schema } {
  const name = schema.$ref?.split("/").pop() ?? "";
  return name ? { name, schema: file.components?.schemas?.[name] ?? {} } : { name: "", schema };
}

/** A schema's type in a line: "string (uuid)", "QueueItem[]", "string | null". */
export function typeName(file: OpenApi, schema: Schema): string {
  if (schema.$ref) return shortName(resolve(file, schema).name);
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.map((one) => typeName(file, one)).join(" | ");
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "any"];
  return types.map((type) => (type === "array" ? `${typeName(file, schema.items ?? {})}[]` : schema.format && type !== "null" ? `${type} (${schema.format})` : type)).join(" | ");
}

/** Limits in a line: "2–30", "≤ 500", "/^[0-9]{6}$/". */
export function limits(schema: Schema): string {
  const range = (least?: number, most?: number): string =>
    least !== undefined && most !== undefined ? `${least}–${most}` : most !== undefined ? `≤ ${most}` : least !== undefined ? `≥ ${least}` : "";
  return [range(schema.minLength, schema.maxLength), range(schema.minimum, schema.maximum), schema.maxItems === undefined ? "" : `≤ ${schema.maxItems}`, schema.pattern ? `/${schema.pattern}/` : ""]
    .filter(Boolean)
    .join(" · ");
}

/** An example value, deep enough to be sent. */
export function example(file: OpenApi, schema: Schema, depth = 0): unknown {
  const { schema: whole } = resolve(file, schema);
  if (whole.default !== undefined) return whole.default;
  if (whole.enum) return whole.enum[0];
  if (whole.const !== undefined) return whole.const;
  const either = whole.oneOf ?? whole.anyOf ?? whole.allOf;
  if (either?.[0]) return example(file, either.find((one) => one.type !== "null") ?? either[0], depth);
  const type = Array.isArray(whole.type) ? whole.type.find((one) => one !== "null") : whole.type;
  if (whole.properties && depth < 4) return Object.fromEntries(Object.entries(whole.properties).map(([name, part]) => [name, example(file, part, depth + 1)]));
  if (type === "array") return whole.items && depth < 4 ? [example(file, whole.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return whole.minimum ?? 0;
  if (type === "boolean") return false;
  const formats: Record<string, string> = { uuid: "0192f000-0000-7000-8000-000000000000", date: "2026-12-31", "date-time": "2026-12-31T08:00:00Z" };
  return type === "string" ? (formats[whole.format ?? ""] ?? "…") : {};
}

/** A command for a terminal that makes this request of `origin`. */
export function curl(file: OpenApi, one: Operation, origin: string): string {
  const query = one.parameters.filter((part) => part.in === "query" && part.required).map((part) => `${part.name}=…`).join("&");
  const lines = [`curl -X ${one.method} '${origin}${one.path}${query ? `?${query}` : ""}'`, `-H "Authorization: Bearer $TOKEN"`];
  if (one.method === "POST") lines.push(`-H "Idempotency-Key: $(uuidgen)"`);
  if (one.body?.type.includes("json")) lines.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(example(file, one.body.schema)).replaceAll("'", "'\\''")}'`);
  else if (one.body) lines.push(...Object.keys(resolve(file, one.body.schema).schema.properties ?? {}).map((name) => `-F '${name}=…'`));
  return lines.join(" \\\n  ");
}
