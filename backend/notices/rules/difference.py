"""From one wording to another, character by character: Chinese has no spaces to find words by.

Comparing two texts of 5,000 characters as characters takes difflib up to three seconds. So clauses are compared
first, and characters only within clauses that were replaced by others of a like size: at most 40 ms.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from backend.notices.schemas.notices import DifferenceOut, Piece

WITHIN_MAX_CHARACTERS = 300
"""Of a replaced run, on either side: six lines on a phone. A longer one was written anew."""
ALIKE_LEAST = 0.4
"""Below this share of common characters a reader sees confetti, and is better served by old and new as a whole."""

_CLAUSE = re.compile(r"[^，。！？；：、,.!?;:\s]*[，。！？；：、,.!?;:\s]*")


def changes_since(handed_in: tuple[str, str] | None, title: str, body: str) -> DifferenceOut | None:
    """From the title and body that were handed in to those that stand now; None when they are the same."""
    if handed_in is None or handed_in == (title, body):
        return None
    return DifferenceOut(difference(handed_in[0], title), difference(handed_in[1], body))


def difference(before: str, after: str) -> list[Piece]:
    """`after` is the pieces that are the same or added, in order; `before` those that are the same or removed."""
    old, new = _CLAUSE.findall(before), _CLAUSE.findall(after)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = "".join(old[i1:i2]), "".join(new[j1:j2])
        for piece in [Piece("same", gone)] if tag == "equal" else _replaced(gone, come):
            _append(pieces, piece)
    return pieces


def _replaced(gone: str, come: str) -> Iterator[Piece]:
    within = max(len(gone), len(come)) <= WITHIN_MAX_CHARACTERS
    matcher = SequenceMatcher(None, gone, come) if within else None
    if matcher is None or matcher.ratio() < ALIKE_LEAST:
        yield from (Piece("removed", gone), Piece("added", come))
        return
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", gone[i1:i2])
        else:
            yield from (Piece("removed", gone[i1:i2]), Piece("added", come[j1:j2]))


def _append(pieces: list[Piece], piece: Piece) -> None:
    if not piece.text:
        return
    if pieces and pieces[-1].kind == piece.kind:
        piece = Piece(piece.kind, pieces.pop().text + piece.text)
    pieces.append(piece)
