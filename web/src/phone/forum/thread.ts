/** A thread that is open: its first post, the replies that are loaded around one place, and what has come since. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import type { Asked } from "../../shared/answer.ts";
import { ask, get } from "../../shared/api/client.ts";
import { lastAnswer, rememberAnswer } from "../../shared/api/last-answers.ts";
import { asProblem, type Problem } from "../../shared/api/problem.ts";
import { onInbox } from "../../shared/api/socket.ts";
import { tellFailure } from "../../shared/undo.ts";
import type { Post, Replies, Thread } from "./wire.ts";

const LOOK_EVERY_MS = 10_000;
const NOT_MODIFIED = 304;

export interface OpenThread extends Asked<Thread> {
  posts: ShallowRef<Post[]>;
  hasEarlier: Ref<boolean>;
  hasLater: Ref<boolean>;
  /** Replies that came after those one knows of. */
  fresh: Ref<number>;
  /** first, unread, official, or a number: loads what stands there, instead of what is shown. */
  goTo: (at: string) => Promise<void>;
  earlier: () => Promise<void>;
  later: () => Promise<void>;
  /** Loads what is new; gives the number it begins with, 0 when it couldn't be had. */
  catchUp: () => Promise<number>;
  /** Asks again for one reply: it was edited. */
  renew: (post: Post) => Promise<void>;
  /** Changes one post wherever it is shown. */
  change: (id: string, change: (post: Post) => Post) => void;
  /** Changes the thread itself. */
  set: (change: Partial<Thread>) => void;
}

export function useThread(id: string, start: string): OpenThread {
  const data = shallowRef<Thread | null>(null);
  const posts = shallowRef<Post[]>([]);
  const problem = shallowRef<Problem | null>(null);
  const [loading, hasEarlier, hasLater] = [ref(false), ref(false), ref(false)];
  const [keptAt, fresh] = [ref<number | null>(null), ref(0)];
  let [at, etag] = [start, null as string | null];
  let cursors: { earlier: string | null; later: string | null } = { earlier: null, later: null };
  /** The last number one knows of, and how many replies there were. Numbers alone don't tell: some are held, and not for everybody. */
  let [known, counted] = [0, 0];
  let gone = false;

  const path = (): string => `/threads/${id}?at=${at}`;

  function show(found: Thread): void {
    data.value = found;
    posts.value = found.replies.items;
    lead({ earlier: found.replies.previous_cursor, later: found.replies.next_cursor });
    [known, counted] = [found.last_number, found.reply_count];
    fresh.value = 0;
  }

  function lead(now: Partial<typeof cursors>): void {
    cursors = { ...cursors, ...now };
    hasEarlier.value = cursors.earlier !== null;
    hasLater.value = cursors.later !== null;
  }

  async function goTo(place: string): Promise<void> {
    at = place;
    loading.value = true;
    problem.value = null;
    try {
      const answer = await ask<Thread>("GET", path());
      if (gone) return;
      etag = answer.etag;
      show(answer.data);
      keptAt.value = null;
      rememberAnswer(`/threads/${id}`, answer.data);
    } catch (error) {
      if (gone) return;
      const found = asProblem(error);
      if (data.value !== null) return tellFailure(found.message);
      problem.value = found;
      const kept = found.mayRetry ? lastAnswer<Thread>(`/threads/${id}`) : null;
      if (!kept) return;
      show(kept.data);
      keptAt.value = kept.at;
    } finally {
      loading.value = false;
    }
  }

  async function page(query: string): Promise<Replies | null> {
    if (loading.value) return null;
    loading.value = true;
    try {
      const found = await get<Replies>(`/threads/${id}/replies?${query}`);
      return gone ? null : found;
    } catch (error) {
      if (!gone) tellFailure(asProblem(error).message);
      return null;
    } finally {
      loading.value = false;
    }
  }

  async function earlier(): Promise<void> {
    const found = cursors.earlier && (await page(`cursor=${encodeURIComponent(cursors.earlier)}`));
    if (!found) return;
    posts.value = [...found.items, ...posts.value];
    lead({ earlier: found.previous_cursor });
  }

  async function later(): Promise<void> {
    const found = cursors.later && (await page(`cursor=${encodeURIComponent(cursors.later)}`));
    if (found) append(found);
  }

  function append(found: Replies): void {
    const last = posts.value.at(-1)?.number ?? 0;
    const added = found.items.filter((post) => post.number > last);
    posts.value = [...posts.value, ...added];
    lead({ later: found.next_cursor });
    known = Math.max(known, ...added.map((post) => post.number), found.next_cursor ? 0 : data.value?.last_number ?? 0);
    counted += added.filter((post) => post.state === "shown").length;
    count();
  }

  function count(): void {
    const { last_number: last, reply_count: replies } = data.value ?? { last_number: 0, reply_count: 0 };
    counted = Math.min(counted, replies);
    fresh.value = Math.max(0, Math.min(last - known, replies - counted));
  }

  async function catchUp(): Promise<number> {
    const first = known + 1;
    if (hasLater.value) {
      await goTo(String(first));
      return first;
    }
    const found = await page(`at=${first}`);
    if (!found) return 0;
    const last = found.items.at(-1)?.number ?? 0;
    if (data.value && data.value.last_number < last) set({ last_number: last, reply_count: data.value.reply_count + found.items.filter((post) => post.state === "shown").length });
    append(found);
    return first;
  }

  async function renew(post: Post): Promise<void> {
    const found = await page(`at=${post.number}&limit=1`);
    found?.items.forEach((now) => change(now.id, () => now));
  }

  /** Asked again and again; only a change crosses the wire. What is shown is renewed, what is new is counted. */
  async function look(): Promise<void> {
    if (!data.value || loading.value || document.visibilityState !== "visible" || !navigator.onLine) return;
    const asked = path();
    try {
      const answer = await ask<Thread>("GET", asked, etag ? { headers: { "If-None-Match": etag } } : {});
      if (gone || asked !== path() || loading.value) return;
      etag = answer.etag;
      const newer = new Map([...answer.data.replies.items, ...answer.data.official].map((post) => [post.id, post]));
      posts.value = posts.value.map((post) => newer.get(post.id) ?? post);
      data.value = answer.data;
      keptAt.value = null;
      count();
    } catch (error) {
      // The next look may do better; but what has been taken away is taken away.
      const { status } = asProblem(error);
      if (!gone && status !== NOT_MODIFIED && status === 404) void goTo(at);
    }
  }

  function change(post: string, how: (post: Post) => Post): void {
    const each = (one: Post): Post => (one.id === post ? how(one) : one);
    posts.value = posts.value.map(each);
    if (data.value) data.value = { ...data.value, post: each(data.value.post), official: data.value.official.map(each) };
  }

  function set(now: Partial<Thread>): void {
    if (data.value) data.value = { ...data.value, ...now };
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  const stop = onInbox(({ item }) => item?.subject_id === id && void look());
  const returned = (): void => void look();
  document.addEventListener("visibilitychange", returned);
  onScopeDispose(() => {
    gone = true;
    clearInterval(timer);
    stop();
    document.removeEventListener("visibilitychange", returned);
  });
  watch(data, (now) => now && rememberAnswer(`/threads/${id}`, { ...now, replies: { ...now.replies, items: posts.value } }));
  void goTo(start);
  return { data, posts, problem, loading, keptAt, hasEarlier, hasLater, fresh, goTo, earlier, later, catchUp, renew, change, set, reload: () => goTo(at) };
}
