/** What changed between two texts, letter by letter. Pure. */
export interface Piece {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Letters of the two middles multiplied: above it, the whole middle counts as changed and nobody waits. */
const WORK_MOST = 4_000_000;

export function differenceOf(before: string, after: string): Piece[] {
  const [old, now] = [[...before], [...after]];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const [oldMiddle, nowMiddle] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  const middle = oldMiddle.length * nowMiddle.length > WORK_MOST ? replaced(oldMiddle, nowMiddle) : walk(oldMiddle, nowMiddle);
  return joined([{ kind: "same", text: old.slice(0, start).join("") }, ...middle, { kind: "same", text: old.slice(old.length - end).join("") }]);
}

function replaced(old: string[], now: string[]): Piece[] {
  return [{ kind: "removed", text: old.join("") }, { kind: "added", text: now.join("") }];
}

/** Along the longest common subsequence. */
function walk(old: string[], now: string[]): Piece[] {
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = old[i] === now[j] ? at(common, (i + 1) * width + j + 1) + 1 : Math.max(at(common, (i + 1) * width + j), at(common, i * width + j + 1));
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      pieces.push({ kind: "same", text: old[i] ?? "" });
      [i, j] = [i + 1, j + 1];
    } else if (i < old.length && (j === now.length || at(common, (i + 1) * width + j) >= at(common, i * width + j + 1))) {
      pieces.push({ kind: "removed", text: old[i] ?? "" });
      i += 1;
    } else {
      pieces.push({ kind: "added", text: now[j] ?? "" });
      j += 1;
    }
  }
  return pieces;
}

const at = (numbers: Uint32Array, place: number): number => numbers[place] ?? 0;

function joined(pieces: Piece[]): Piece[] {
  const found: Piece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else if (piece.text) found.push({ ...piece });
  }
  return found;
}
