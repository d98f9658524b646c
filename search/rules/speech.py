"""How one community's index is asked for words: a query's units written as tsqueries."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from search.rules.folding import Token, pairs, windows
from search.rules.lexemes import (
    ADDRESS,
    INITIALS,
    NEAR,
    NEAR_MIN_CHARS,
    SOUND,
    TITLE,
    WORD,
    quoted,
    shortened,
    skipped,
)
from search.rules.pinyin import are_initials, readings, splits

APART_MAX_CHARS = 10
"""A longer stretch of Chinese is cut in twos only, not in every way into twos and threes."""
PREFIX_MIN_CHARS = 2
"""One letter begins too many words."""
NUMBER_PREFIX_MIN_CHARS = 3
"""So do two digits: 20 is no search for 2026."""
PARTS_MOST = 16
"""Of a sentence, its last ones: what it is about comes late. Any two of them are looked for together."""
LOOSENED_MOST = 8
"""Words of which one is surely frequent."""


class Unit(msgspec.Struct, frozen=True):
    """One thing that a document should have; any of the words will do, since these mean the same here."""

    words: tuple[Token, ...]
    address: str | None = None


class _Part(NamedTuple):
    """What may be a word of a unit, and where it stands in it."""

    unit: int
    at: int
    said: str

    def is_clear_of(self, other: "_Part") -> bool:
        """Whether they have no character in common, nor mean the same."""
        return self.unit != other.unit or abs(self.at - other.at) > 1


class Speech:
    """Writes tsqueries for one community."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    def word(self, kind: str, word: str, *, begins: bool = False) -> str:
        return quoted(self._mark + kind + word) + (":*" if begins else "")

    def unit(self, unit: Unit, where: str, chinese: Callable[[str, str], str]) -> str:
        if unit.address is not None:
            return self.word(ADDRESS, unit.address)
        return any_of(self._token(token, where, chinese) for token in unit.words)

    def together(self, stretch: str, where: str) -> str:
        """All of its pairs: nearly always the stretch itself."""
        return all_of(self.word(where, part) for part in pairs(stretch) or [stretch])

    def apart(self, stretch: str, where: str) -> str:
        """Its words wherever they stand: cut in twos and threes in every way, since nobody said where words end."""
        if len(stretch) <= 3:
            return ""
        cuts = _cuts(len(stretch)) if len(stretch) <= APART_MAX_CHARS else [[2] * (len(stretch) // 2)]
        ways = []
        for cut in cuts:
            ends = [sum(cut[: at + 1]) for at in range(len(cut))]
            parts = [stretch[end - size : end] for end, size in zip(ends, cut, strict=True)]
            ways.append(all_of(self.together(part, where) for part in parts))
        return any_of(ways)

    def needed(self, unit: Unit, where: str, *, apart: bool = False) -> list[str]:
        """What `unit` can't be found without. Where words are apart nobody knows which there are, but for the pairs at
        both ends."""
        if unit.address is None and len(unit.words) == 1 and unit.words[0].script == "cjk":
            stretch = unit.words[0].text
            parts = pairs(stretch) or [stretch]
            if apart:
                parts = [parts[0], *(parts[-1:] if len(stretch) <= APART_MAX_CHARS else [])]
            return [self.word(where, part) for part in parts]
        return [loosened(self.unit(unit, where, self.together))]

    def near(self, unit: Unit) -> str:
        """One character wrong: mistyped, left out, or another of the same sound (in a title)."""
        if unit.address is not None:
            return self.word(ADDRESS, unit.address)
        return any_of(self._near_token(token) for token in unit.words)

    def about(self, units: Sequence[Unit]) -> str:
        """Any two of a sentence's words; where they begin and end nobody knows, so any two pairs that don't overlap.
        Nothing where that is both of two words: what is near them is more."""
        parts = [part for number, unit in enumerate(units) for part in self._parts(number, unit)][-PARTS_MOST:]
        apart = [(one, [other for other in parts[at + 1 :] if one.is_clear_of(other)]) for at, one in enumerate(parts)]
        if len(units) == 2 and all(one.unit != other.unit for one, others in apart for other in others):
            return ""
        return any_of(all_of([one.said, any_of(other.said for other in others)]) for one, others in apart if others)

    def every(self, unit: Unit) -> str:
        """Whatever of it may be found, for ranking."""
        if unit.address is not None:
            return self.word(ADDRESS, unit.address)
        parts: list[str] = []
        for token in unit.words:
            if token.script != "cjk":
                parts.append(self._token(token, WORD, self.together))
                continue
            for part in pairs(token.text) or [token.text]:
                parts += [self.word(WORD, part), self.word(TITLE, part)]
            parts += self._heard(token.text)
        return any_of(parts)

    def _parts(self, number: int, unit: Unit) -> Iterator["_Part"]:
        if unit.address is not None:
            yield _Part(number, 0, self.word(ADDRESS, unit.address))
        for token in unit.words:
            if token.script == "cjk":
                for at, pair in enumerate(pairs(token.text) or [token.text]):
                    yield _Part(number, at, self.word(WORD, pair))
            else:
                yield _Part(number, 0, self._token(token, WORD, self.together))

    def _token(self, token: Token, where: str, chinese: Callable[[str, str], str]) -> str:
        if token.script == "cjk":
            return chinese(token.text, where) or self.together(token.text, where)
        least = PREFIX_MIN_CHARS if token.script == "letters" else NUMBER_PREFIX_MIN_CHARS
        itself = self.word(where, token.text, begins=len(token.text) >= least)
        return any_of([itself, self._sounds(token.text)]) if token.script == "letters" else itself

    def _sounds(self, letters: str) -> str:
        """Letters that may be meant as pinyin, whole or initials; titles are kept by their sound."""
        ways = []
        for way in splits(letters):
            heard = [" ".join(way[at : at + 2]) for at in range(len(way) - 1)] or way
            last = self.word(SOUND, heard[-1], begins=True)
            ways.append(all_of([*(self.word(SOUND, one) for one in heard[:-1]), last]))
        if are_initials(letters):
            ways.append(all_of(self.word(INITIALS, part) for part in windows(letters, min(3, len(letters)))))
        return any_of(ways)

    def _near_token(self, token: Token) -> str:
        itself = self._token(token, WORD, self.together)
        if token.script == "letters":
            near = shortened(token.text) if len(token.text) >= NEAR_MIN_CHARS else ()
            return any_of([itself, *(self.word(NEAR, one) for one in sorted(near))])
        if token.script == "digits" or len(token.text) < 2:
            return itself
        written = self._but_one(token.text) if len(token.text) > 2 else itself
        return any_of([written, all_of(self._heard(token.text))])

    def _heard(self, stretch: str) -> list[str]:
        """Its usual sound, two characters at a time; none if one has none."""
        sounds = [readings(character)[0] for character in stretch if readings(character)]
        whole = len(sounds) == len(stretch)
        return [self.word(SOUND, f"{one} {other}") for one, other in pairwise(sounds)] if whole else []

    def _but_one(self, stretch: str) -> str:
        """The stretch with any one of its characters, of three or more, taken for wrong.

        Halved again and again, so that no pair is said too often: the index looks it up each time.
        """
        said = [self.word(WORD, part) for part in pairs(stretch)]
        if len(stretch) == 3:
            return any_of([*said, self.word(NEAR, skipped(stretch))])
        # What is cut off at an end is in no pair that is left.
        ends = {1: self.word(WORD, stretch[0]), len(stretch) - 2: self.word(WORD, stretch[-1])}

        def wrong_among(first: int, last: int) -> str:
            if last - first == 1:
                return ends.get(first, "")
            middle = (first + last) // 2
            return any_of(
                [
                    all_of([wrong_among(first, middle), *said[middle:last]]),
                    all_of([*said[max(first - 1, 0) : middle - 1], wrong_among(middle, last)]),
                ]
            )

        return wrong_among(0, len(stretch))


def loosened(said: str) -> str:
    """Any of its words, where all of some were asked for: no more can be read. Nothing of so many that they can't be
    rare."""
    any_word = said.replace(" & ", " | ")
    return any_word if any_word.count(" | ") < LOOSENED_MOST else ""


def _cuts(length: int) -> list[list[int]]:
    """Every way to cut so many characters in twos and threes."""
    if length < 2:
        return [] if length else [[]]
    return [[size, *rest] for size in (2, 3) for rest in _cuts(length - size)]


def any_of(parts: Sequence[str] | Iterator[str]) -> str:
    return _joined(" | ", parts)


def all_of(parts: Sequence[str] | Iterator[str]) -> str:
    return _joined(" & ", parts)


def _joined(sign: str, parts: Sequence[str] | Iterator[str]) -> str:
    said = list(dict.fromkeys(part for part in parts if part))
    return f"({sign.join(said)})" if len(said) > 1 else "".join(said)
