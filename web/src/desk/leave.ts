import { get } from "../shared/api/client.ts";
import { signOut } from "../shared/api/session.ts";
import type { Page, Session } from "../shared/api/types.ts";

/** Signs this browser out, the phone client in it too: both share the session. */
export async function leave(): Promise<void> {
  const sessions = await get<Page<Session>>("/auth/sessions").catch(() => null);
  await signOut(sessions?.items.find((one) => one.current)?.id ?? null);
}
