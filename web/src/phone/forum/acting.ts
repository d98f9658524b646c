/** What a neighbour does to a post: shown at once, told to the server, taken back when it says no. */
import { put, remove } from "../../shared/api/client.ts";
import { asProblem } from "../../shared/api/problem.ts";
import { tellFailure, withUndo } from "../../shared/undo.ts";
import { t } from "../words.ts";
import type { OpenThread } from "./thread.ts";
import type { Emoji, Level, Post } from "./wire.ts";

export interface Acting {
  react: (post: Post, emoji: Emoji) => Promise<void>;
  bookmark: (post: Post) => Promise<void>;
  accept: (post: Post) => Promise<void>;
  erase: (post: Post) => void;
  follow: (level: Level) => Promise<void>;
}

export function useActing(id: string, open: OpenThread): Acting {
  async function attempt(send: () => Promise<unknown>, back: () => void): Promise<void> {
    try {
      await send();
    } catch (error) {
      back();
      tellFailure(asProblem(error).message);
    }
  }

  async function react(post: Post, emoji: Emoji): Promise<void> {
    const had = post.mine.includes(emoji);
    const path = `/posts/${post.kind}/${post.id}/reactions/${emoji}`;
    open.change(post.id, (one) => reacted(one, emoji, !had));
    await attempt(
      () => (had ? remove(path) : put(path)),
      () => open.change(post.id, (one) => reacted(one, emoji, had)),
    );
  }

  async function bookmark(post: Post): Promise<void> {
    const path = `/posts/${post.kind}/${post.id}/bookmark`;
    const turn = (to: boolean): void => open.change(post.id, (one) => ({ ...one, bookmarked: to }));
    turn(!post.bookmarked);
    await attempt(
      () => (post.bookmarked ? remove(path) : put(path)),
      () => turn(post.bookmarked),
    );
  }

  async function accept(post: Post): Promise<void> {
    const before = open.data.value?.accepted_reply ?? null;
    const turn = (to: string | null): void => {
      open.set({ accepted_reply: to });
      open.posts.value = open.posts.value.map((one) => ({ ...one, is_accepted: one.id === to }));
    };
    turn(post.is_accepted ? null : post.id);
    const path = `/threads/${id}/accepted-reply`;
    await attempt(
      () => (post.is_accepted ? remove(path) : put(path, { reply_id: post.id })),
      () => turn(before),
    );
  }

  function erase(post: Post): void {
    const turn = (now: Partial<Post>): void => open.change(post.id, (one) => ({ ...one, ...now }));
    turn({ state: "deleted", html: "", can: [] });
    withUndo(
      t("forum.erased"),
      () => remove(post.kind === "thread" ? `/threads/${post.id}` : `/replies/${post.id}`, { keepalive: true }),
      () => turn({ state: post.state, html: post.html, can: post.can }),
    );
  }

  async function follow(level: Level): Promise<void> {
    const before = open.data.value?.level ?? "normal";
    open.set({ level });
    await attempt(
      () => (level === "normal" ? remove(`/threads/${id}/follow`) : put(`/threads/${id}/follow`, { level })),
      () => open.set({ level: before }),
    );
  }

  return { react, bookmark, accept, erase, follow };
}

/** The post with one reaction of one's own put or taken away; twice is once. */
export function reacted(post: Post, emoji: Emoji, on: boolean): Post {
  if (post.mine.includes(emoji) === on) return post;
  const count = Math.max(0, (post.reactions[emoji] ?? 0) + (on ? 1 : -1));
  const mine = on ? [...post.mine, emoji] : post.mine.filter((one) => one !== emoji);
  return { ...post, mine, reactions: { ...post.reactions, [emoji]: count } };
}
