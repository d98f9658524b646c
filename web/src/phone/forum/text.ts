/**
 * What is typed and what is sent. A neighbour types `@王女士 · 3幢` and adds pictures below; the server takes Markdown,
 * with a link behind each mention and the pictures as lines at the end. Pure.
 */
export interface Typed {
  text: string;
  /** Links by the name that stands behind the @. */
  mentions: Record<string, string>;
  /** Media ids, in order. */
  pictures: string[];
}

const MENTION = /\[@([^\]\n]+)\]\(((?:account|organisation):[0-9a-f-]{36})\)/g;
const PICTURES = /(?:\s*!\[[^\]\n]*\]\(media:[0-9a-f-]{36}\))+\s*$/;
const PICTURE = /!\[[^\]\n]*\]\(media:([0-9a-f-]{36})\)/g;
const ASKED_FOR_MOST_CHARS = 20;

export function emptyTyped(): Typed {
  return { text: "", mentions: {}, pictures: [] };
}

/** `alt`: what a screen reader says of picture number n. */
export function asSource({ text, mentions, pictures }: Typed, alt: (n: number) => string): string {
  // The longest first: 王女士 must not eat the beginning of 王女士 · 3幢.
  const names = Object.keys(mentions).sort((one, other) => other.length - one.length);
  const linked = names.length ? text.replace(new RegExp(`@(${names.map(escaped).join("|")})`, "g"), (_, name: string) => `[@${name}](${mentions[name]})`) : text;
  const lines = pictures.map((id, index) => `![${alt(index + 1)}](media:${id})`);
  return [linked.trim(), lines.join("\n\n")].filter(Boolean).join("\n\n");
}

export function asTyped(source: string): Typed {
  const end = source.match(PICTURES)?.[0] ?? "";
  const mentions: Record<string, string> = {};
  const text = source.slice(0, source.length - end.length).replace(MENTION, (_, name: string, link: string) => {
    mentions[name] = link;
    return `@${name}`;
  });
  return { text, mentions, pictures: [...end.matchAll(PICTURE)].map((match) => match[1] as string) };
}

/** What stands between an @ and the caret, if somebody is being named there: "" right after the @, null when nobody is. */
export function namedAt(text: string, caret: number): string | null {
  const before = text.slice(Math.max(0, caret - ASKED_FOR_MOST_CHARS - 1), caret);
  return before.match(/(?:^|[^\p{L}\p{N}_.])@([^\s@]*)$/u)?.[1] ?? null;
}

/** Puts the name in the place of what was typed after the @; gives the text and where the caret goes. */
export function nameAt(text: string, caret: number, name: string): { text: string; caret: number } {
  const typed = namedAt(text, caret);
  const start = typed === null ? caret : caret - typed.length - 1;
  const gap = typed === null && start > 0 && !/\s$/.test(text.slice(0, start)) ? " " : "";
  const put = `${gap}@${name} `;
  return { text: text.slice(0, start) + put + text.slice(caret), caret: start + put.length };
}

/** As the server counts: characters, not UTF-16 units. */
export function charsOf(text: string): number {
  return [...text.trim()].length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
