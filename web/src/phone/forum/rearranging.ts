/** What can't be put back as it was waits six seconds on this side; whoever is still looking then sees what became of it. */
import { onScopeDispose, ref, type Ref } from "vue";
import { useRouter } from "vue-router";
import { withUndo } from "../../shared/undo.ts";
import { told } from "./sending.ts";

export interface Rearranging {
  /** Between the tap and the server's answer. */
  waiting: Ref<boolean>;
  /** `send` gives the thread to look at afterwards, where `done` is said. */
  soon: (text: string, send: () => Promise<string>, done: string) => void;
}

export function useRearranging(): Rearranging {
  const router = useRouter();
  const waiting = ref(false);
  let here = true;
  onScopeDispose(() => (here = false));

  function soon(text: string, send: () => Promise<string>, done: string): void {
    waiting.value = true;
    withUndo(text, () => finish(send, done), () => (waiting.value = false));
  }

  async function finish(send: () => Promise<string>, done: string): Promise<void> {
    const thread = await send();
    if (!here) return;
    await router.replace(`/threads/${thread}`);
    told.value = done;
  }

  return { waiting, soon };
}
