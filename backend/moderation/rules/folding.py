"""How a text looks once the tricks are taken off, and where each remaining character stood.

Every character is folded alone (NFKC, case, marks, look-alikes), so that a place in the folded text is a place in the
original. What is neither letter nor digit falls away; what lay between is judged by `rules.words`.
"""

import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from backend.core.confusables import LOOKALIKES
from backend.moderation.rules.lookalikes import LETTERS, STAND_INS, TWINS

Script = Literal["han", "digit", "letter", "stand-in"]
KEY_MAX_CHARS = 100
"""Some single characters unfold to a whole phrase; a watched word doesn't need one."""

_DASHES = "ー—–―─丨|!"
"""Twins of a letter in a name; between words they are strokes."""
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters to Unicode, nothing to a reader."""
_TABLE = {code: kept for code, kept in LOOKALIKES.items() if chr(code) not in _DASHES} | TWINS


class Folded(NamedTuple):
    """`key[i]` is what is left of the character at `places[i]` of the original."""

    key: str
    places: list[int]


def fold(text: str, *, stand_ins: bool = False) -> Folded:
    """The text without its tricks. With `stand_ins`, `@`, `!`, `$` count as letters where one stands beside them."""
    key: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        left = _fold_one(character)
        if not left and stand_ins and character in STAND_INS and _beside_letter(text, at):
            left = STAND_INS[character]
        for one in left:
            key.append(one)
            places.append(at)
    return Folded("".join(key), places)


@lru_cache(maxsize=8192)
def script_of(character: str) -> Script:
    """What an original character passes for."""
    if character in STAND_INS:
        return "stand-in"
    plain = unicodedata.normalize("NFKC", character)[:1]
    if plain.isdigit():
        return "digit"
    return "letter" if character in LETTERS or plain < "\u2e80" else "han"


def _beside_letter(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())


@lru_cache(maxsize=8192)
def _fold_one(character: str) -> str:
    if character in _BLANK:
        return ""
    folded = unicodedata.normalize("NFKC", character.translate(TWINS)).casefold().translate(_TABLE)
    opened = unicodedata.normalize("NFKD", folded)
    # Modifier letters are strokes and bars between others; what looks like a small letter NFKC has made one.
    letters = "".join(c for c in opened if unicodedata.category(c)[0] in "LN" and unicodedata.category(c) != "Lm")
    return unicodedata.normalize("NFKC", letters.translate(_TABLE))
