/** A thread that is being written: its parts, how they become what the API takes, and what is still missing. Pure. */
import { asTyped, charsOf, emptyTyped, type Typed } from "./text.ts";
import type { DraftContent, ThreadKind } from "./wire.ts";

export const TITLE_LEAST = 6;
export const TITLE_MOST = 60;
export const POST_LEAST = 8;
export const POST_MOST = 20_000;
export const KINDS = ["discussion", "question", "poll", "issue"] as const satisfies ThreadKind[];

export interface Writing {
  board: string;
  kind: ThreadKind;
  title: string;
  typed: Typed;
  /** "" for oneself. */
  organisation: string;
  /** To whom a public issue is put. */
  asked: string;
}

export interface Wrong {
  board: boolean;
  title: boolean;
  body: boolean;
  asked: boolean;
}

export function emptyWriting(board: string): Writing {
  return { board, kind: "discussion", title: "", typed: emptyTyped(), organisation: "", asked: "" };
}

/** `source`: the Markdown of its words and pictures. */
export function wrongOf(writing: Writing, source: string): Wrong {
  const title = charsOf(writing.title);
  return {
    board: !writing.board,
    title: title < TITLE_LEAST || title > TITLE_MOST,
    body: charsOf(source) < POST_LEAST,
    asked: writing.kind === "issue" && !writing.asked,
  };
}

/** A draft's content is flat: a poll in it is JSON. */
export function asContent(writing: Writing, source: string, poll: unknown): DraftContent {
  const { kind, title, organisation, asked } = writing;
  return { kind, title, body: source, organisation_id: organisation || null, asked_id: asked || null, poll: kind === "poll" ? JSON.stringify(poll) : null };
}

export function fromContent(content: DraftContent, board: string): Writing {
  const text = (name: string): string => String(content[name] ?? "");
  return {
    board,
    kind: KINDS.find((one) => one === content.kind) ?? "discussion",
    title: text("title"),
    typed: asTyped(text("body")),
    organisation: text("organisation_id"),
    asked: text("asked_id"),
  };
}
