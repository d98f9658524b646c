/** What isn't sent yet: on this device at once, on the server a moment later, under one id that the client made. */
import { onScopeDispose, ref, type Ref } from "vue";
import { newKey } from "../../shared/api/attempt.ts";
import { get, put, remove } from "../../shared/api/client.ts";
import { lastAnswer, rememberAnswer } from "../../shared/api/last-answers.ts";
import { asProblem } from "../../shared/api/problem.ts";
import type { DraftContent, KeptDraft } from "./wire.ts";

const SAVE_AFTER_MS = 1_500;

/** As this device has it. `known`: the server has had it too. */
interface Here {
  id: string;
  content: DraftContent;
  known?: boolean;
}

export interface About {
  community_id: string;
  board_id?: string | null;
  thread_id?: string | null;
}

export interface Drafting {
  id: Ref<string>;
  /** "" nothing to say, or how it stands with the server. */
  state: Ref<"" | "saving" | "saved" | "here">;
  /** What was kept last, here or by another device. */
  restore: () => Promise<DraftContent | null>;
  keep: (about: About, content: DraftContent, isEmpty: boolean) => void;
  /** Sent, or thrown away: the server forgets it with the post, or is told here. */
  forget: (tellServer: boolean) => void;
}

/** `slot`: where it is kept on this device; `find` tells its own among the server's. */
export function useDraft(slot: string, first: string, community: () => string, find: (draft: KeptDraft) => boolean): Drafting {
  const lying = (): { data: Here | null; at: number } | null => lastAnswer<Here | null>(`draft:${slot}`);
  const mine = lying();
  const id = ref(mine?.data?.id ?? (first || newKey()));
  const state = ref<"" | "saving" | "saved" | "here">("");
  let waiting: { about: About; content: DraftContent } | null = null;
  let isKept = Boolean(mine?.data) || Boolean(first);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function restore(): Promise<DraftContent | null> {
    const here = lying();
    const found = await get<{ items: KeptDraft[] }>(`/drafts?community_id=${community()}`).catch(() => null);
    const there = found?.items.find((one) => one.id === id.value) ?? found?.items.find(find);
    if (!there && found && here?.data?.known) {
      // Sent, or thrown away, on another device.
      forget(false);
      return null;
    }
    if (!there) return here?.data?.content ?? null;
    [id.value, isKept] = [there.id, true];
    const isNewer = !here?.data || new Date(there.updated_at).getTime() > here.at;
    return isNewer ? there.content : here.data?.content ?? null;
  }

  function keep(about: About, content: DraftContent, isEmpty: boolean): void {
    if (isEmpty && !isKept) return;
    isKept = true;
    rememberAnswer(`draft:${slot}`, { id: id.value, content });
    waiting = { about, content };
    state.value = "saving";
    clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_AFTER_MS);
  }

  async function save(): Promise<void> {
    clearTimeout(timer);
    const due = waiting;
    waiting = null;
    if (!due) return;
    try {
      await put(`/drafts/${id.value}`, { ...due.about, content: due.content }, { keepalive: true });
      if (waiting) return;
      state.value = "saved";
      rememberAnswer(`draft:${slot}`, { id: id.value, content: due.content, known: true });
    } catch (error) {
      // It stands on this device; the next key, or the next visit, tells the server.
      state.value = asProblem(error).mayRetry ? "here" : "";
    }
  }

  function forget(tellServer: boolean): void {
    clearTimeout(timer);
    waiting = null;
    state.value = "";
    rememberAnswer(`draft:${slot}`, null);
    if (tellServer && isKept) void remove(`/drafts/${id.value}`).catch(() => undefined);
    isKept = false;
    id.value = newKey();
  }

  addEventListener("pagehide", save);
  onScopeDispose(() => {
    void save();
    removeEventListener("pagehide", save);
  });
  return { id, state, restore, keep, forget };
}
