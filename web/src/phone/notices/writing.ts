/** Saving and submitting what is being written, each tap once; what is typed stays on this device until it is saved. */
import { ref, type Ref } from "vue";
import type { Asked } from "../../shared/answer.ts";
import { Attempt } from "../../shared/api/attempt.ts";
import { patch, post, put } from "../../shared/api/client.ts";
import { lastAnswer, rememberAnswer } from "../../shared/api/last-answers.ts";
import { asProblem } from "../../shared/api/problem.ts";
import { asCreate, type Draft } from "./draft.ts";
import type { Notice } from "./wire.ts";

const KEPT = "writing:";

/** What was typed here and not saved yet; new pictures have to be chosen again. */
export function keptDraft(place: string): Draft | null {
  return lastAnswer<Draft | null>(KEPT + place)?.data ?? null;
}

export function keepDraft(place: string, draft: Draft | null): void {
  rememberAnswer(KEPT + place, draft && { ...draft, added: [] });
}

export interface Writing {
  busy: Ref<boolean>;
  failed: Ref<string>;
  save: () => Promise<Notice | null>;
  /** `straight`: whoever publishes news needs no review. */
  submit: (straight: boolean) => Promise<Notice | null>;
}

/** `place`: where the unsaved text is kept. */
export function useWriting(community: () => string, place: () => string, asked: Asked<Notice>, draft: Ref<Draft>): Writing {
  const [busy, failed] = [ref(false), ref("")];
  const attempt = new Attempt();
  let saved: Notice | null = null;
  let savedAs = "";

  async function store(): Promise<Notice> {
    const known = saved ?? asked.data.value;
    const body = asCreate(draft.value, Date.now());
    // A submission that failed is tried again without writing the same text a second time.
    if (saved && savedAs === JSON.stringify(body)) return saved;
    const { stream, ...change } = body;
    const now = known
      ? await patch<Notice>(`/notices/${known.id}`, change, { headers: { "If-Match": `"v${known.edits}"` } })
      : await post<Notice>(`/communities/${community()}/notices`, { stream, ...change }, { headers: attempt.headers(body) });
    [saved, savedAs] = [now, JSON.stringify(body)];
    keepDraft(place(), null);
    return now;
  }

  async function run(work: () => Promise<Notice>): Promise<Notice | null> {
    [busy.value, failed.value] = [true, ""];
    try {
      return await work();
    } catch (error) {
      const problem = asProblem(error);
      failed.value = [...new Set([problem.message, ...problem.fields.map((one) => one.detail)])].join(" ");
      return null;
    } finally {
      busy.value = false;
    }
  }

  const save = (): Promise<Notice | null> => run(store);
  const submit = (straight: boolean): Promise<Notice | null> =>
    run(async () => {
      const stored = await store();
      await put(straight ? `/desk/notices/${stored.id}/publication` : `/notices/${stored.id}/submission`, {});
      return stored;
    });
  return { busy, failed, save, submit };
}
