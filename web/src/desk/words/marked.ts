/** A text with what was found in it, in pieces. Where finds overlap, the first and longest counts. Pure. */
export interface Piece<A> {
  text: string;
  action: A | null;
}

export function marked<A>(text: string, hits: readonly { found: string; action: A }[]): Piece<A>[] {
  const finds: { at: number; found: string; action: A }[] = [];
  for (const { found, action } of hits) {
    for (let at = found ? text.indexOf(found) : -1; at >= 0; at = text.indexOf(found, at + found.length)) finds.push({ at, found, action });
  }
  finds.sort((one, other) => one.at - other.at || other.found.length - one.found.length);
  const pieces: Piece<A>[] = [];
  let end = 0;
  for (const { at, found, action } of finds) {
    if (at < end) continue;
    if (at > end) pieces.push({ text: text.slice(end, at), action: null });
    pieces.push({ text: found, action });
    end = at + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), action: null });
  return pieces;
}
