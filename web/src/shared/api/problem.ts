/** How a request can fail, as one type: what the server said (problem+json), or that it never answered. */
import { say } from "../words.ts";

export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

interface ProblemBody {
  status?: number;
  code?: string;
  title?: string;
  detail?: string;
  errors?: FieldProblem[];
  request_id?: string;
}

export class Problem extends Error {
  /** 0: no answer at all (offline, time-out, connection cut). */
  readonly status: number;
  /** Stable, e.g. `identity.code_wrong`; ours for what never reached a server: `client.offline`, `client.slow`, `client.unreachable`. */
  readonly code: string;
  readonly fields: FieldProblem[];
  readonly retryAfterS: number | null;
  readonly requestId: string | null;

  constructor(status: number, code: string, detail: string, more: Partial<Pick<Problem, "fields" | "retryAfterS" | "requestId">> = {}) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.fields = more.fields ?? [];
    this.retryAfterS = more.retryAfterS ?? null;
    this.requestId = more.requestId ?? null;
  }

  /** True when asking again, unchanged, may well succeed. */
  get mayRetry(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  field(name: string): string {
    return this.fields.find((one) => one.field === name)?.detail ?? "";
  }
}

/** Reads a refusal; anything that is not a problem document (a proxy's page, an empty body) still gets a sentence. */
export function problemFrom(status: number, text: string, retryAfter: string | null): Problem {
  let body: ProblemBody = {};
  try {
    body = JSON.parse(text) as ProblemBody;
  } catch {
    // Not JSON; the sentence below serves.
  }
  const detail = body.detail || body.title || (status >= 500 ? say("problem.server") : say("problem.refused"));
  const seconds = Number(retryAfter);
  return new Problem(status, body.code ?? `http.${status}`, detail, {
    fields: body.errors ?? [],
    retryAfterS: retryAfter && Number.isFinite(seconds) ? seconds : null,
    requestId: body.request_id ?? null,
  });
}

export function noAnswer(error: unknown): Problem {
  if (!navigator.onLine) return new Problem(0, "client.offline", say("problem.offline"));
  const slow = error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError");
  return slow
    ? new Problem(0, "client.slow", say("problem.slow"))
    : new Problem(0, "client.unreachable", say("problem.unreachable"));
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "client.bug", say("problem.server"));
}
