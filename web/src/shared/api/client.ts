/** The one place that speaks HTTP to our API. Screens call `get`, `post`, `put`, `patch`, `remove`. */
import { locale } from "../i18n.ts";
import { noAnswer, Problem, problemFrom } from "./problem.ts";
import { bearer, renewBearer } from "./tokens.ts";

export const BASE = "/api/v1";
const ANSWER_WITHIN_MS = 15_000;

interface Options {
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent without a token: signing in. */
  open?: boolean;
  withinMs?: number;
  signal?: AbortSignal;
  keepalive?: boolean;
}

export interface Answer<T> {
  data: T;
  etag: string | null;
}

export async function get<T>(path: string, options: Options = {}): Promise<T> {
  return (await ask<T>("GET", path, options)).data;
}

export async function post<T>(path: string, body: unknown, options: Options = {}): Promise<T> {
  return (await ask<T>("POST", path, { ...options, body })).data;
}

export async function put<T>(path: string, body: unknown = {}, options: Options = {}): Promise<T> {
  return (await ask<T>("PUT", path, { ...options, body })).data;
}

export async function patch<T>(path: string, body: unknown, options: Options = {}): Promise<T> {
  return (await ask<T>("PATCH", path, { ...options, body })).data;
}

export async function remove(path: string, options: Options = {}): Promise<void> {
  await ask<null>("DELETE", path, options);
}

/** One request with its ETag. A 401 renews the access token once and asks again. */
export async function ask<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  let response = await send(method, path, options, options.open ? null : await bearer());
  if (response.status === 401 && !options.open) {
    const renewed = await renewBearer();
    if (renewed) response = await send(method, path, options, renewed);
  }
  const text = response.status === 204 ? "" : await response.text().catch((error) => Promise.reject(noAnswer(error)));
  if (!response.ok) throw problemFrom(response.status, text, response.headers.get("Retry-After"));
  return { data: (text ? read(text) : null) as T, etag: response.headers.get("ETag") };
}

/** Bytes that need the token (a private picture). The caller revokes the object URL it makes of them. */
export async function getBlob(path: string): Promise<Blob> {
  const response = await send("GET", path, {}, await bearer());
  if (!response.ok) throw problemFrom(response.status, await response.text(), response.headers.get("Retry-After"));
  return response.blob();
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A captive portal or a proxy answered 200 with a page of its own.
    throw new Problem(0, "client.unreachable", problemFrom(502, "", null).message);
  }
}

async function send(method: string, path: string, options: Options, token: string | null): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new DOMException("slow", "TimeoutError")), options.withinMs ?? ANSWER_WITHIN_MS);
  options.signal?.addEventListener("abort", () => stop.abort(options.signal?.reason), { once: true });
  const isForm = options.body instanceof FormData;
  try {
    return await fetch(BASE + path, {
      method,
      signal: stop.signal,
      credentials: "same-origin",
      cache: "no-store",
      keepalive: options.keepalive ?? false,
      headers: {
        Accept: "application/json",
        "Accept-Language": locale.value,
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(options.body !== undefined && !isForm ? { "Content-Type": "application/json" } : {}),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: isForm ? (options.body as FormData) : JSON.stringify(options.body) }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw noAnswer(error);
  } finally {
    clearTimeout(timer);
  }
}
