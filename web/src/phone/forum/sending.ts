/** A post on its way: once, however often the button is tapped, and every refusal a sentence with what to do next. */
import { onScopeDispose, ref, type Ref } from "vue";
import { Attempt } from "../../shared/api/attempt.ts";
import { patch, post, put } from "../../shared/api/client.ts";
import { asProblem } from "../../shared/api/problem.ts";
import { t } from "../words.ts";
import type { PostMade } from "./wire.ts";

const SILENCED = "moderation.silenced";

export interface Refusal {
  text: string;
  /** Leads to the screen of one's own sanctions. */
  isSilenced: boolean;
}

export interface Sending {
  busy: Ref<boolean>;
  refusal: Ref<Refusal | null>;
  /** Seconds until the server takes another. */
  wait: Ref<number>;
  create: (path: string, body: object) => Promise<PostMade | null>;
  edit: (path: string, edits: number, body: object) => Promise<PostMade | null>;
  /** An official response: pinned, under a badge. */
  respond: (path: string, body: object) => Promise<PostMade | null>;
}

export function useSending(): Sending {
  const [busy, wait] = [ref(false), ref(0)];
  const refusal = ref<Refusal | null>(null);
  const attempt = new Attempt();
  let clock: ReturnType<typeof setInterval> | undefined;
  onScopeDispose(() => clearInterval(clock));

  async function run(work: () => Promise<PostMade>): Promise<PostMade | null> {
    if (busy.value || wait.value > 0) return null;
    [busy.value, refusal.value] = [true, null];
    try {
      return await work();
    } catch (error) {
      const problem = asProblem(error);
      const fields = problem.fields.map((one) => one.detail).filter((detail) => detail !== problem.message);
      const text = problem.status === 412 ? t("forum.write.lost_race") : [problem.message, ...fields].join(" ");
      refusal.value = { text, isSilenced: problem.code === SILENCED };
      if (problem.status === 429 && problem.retryAfterS) holdOff(problem.retryAfterS);
      return null;
    } finally {
      busy.value = false;
    }
  }

  function holdOff(seconds: number): void {
    wait.value = Math.ceil(seconds);
    clearInterval(clock);
    clock = setInterval(() => {
      wait.value -= 1;
      if (wait.value > 0) return;
      clearInterval(clock);
      refusal.value = null;
    }, 1000);
  }

  const once = (send: typeof post, path: string, body: object): Promise<PostMade | null> =>
    run(async () => {
      const made = await send<PostMade>(path, body, { headers: attempt.headers(body) });
      attempt.done();
      return made;
    });
  const create = (path: string, body: object): Promise<PostMade | null> => once(post, path, body);
  const respond = (path: string, body: object): Promise<PostMade | null> => once(put, path, body);
  const edit = (path: string, edits: number, body: object): Promise<PostMade | null> =>
    run(() => patch<PostMade>(path, body, { headers: { "If-Match": `"v${edits}"` } }));
  return { busy, refusal, wait, create, edit, respond };
}

/** What to tell somebody whose post didn't simply appear. */
export function saidOf(made: PostMade): string {
  if (made.state === "held") return t("forum.write.held");
  return made.masked ? t("forum.write.masked") : "";
}

/** Said on the thread's page, once: a new thread is sent on one screen and shown on another. */
export const told = ref("");
