"""What of a text is shown and marked: cut between characters as readers count them, never inside one."""

from collections.abc import Iterator, Sequence

import regex

from search.rules.asking import units_of
from search.rules.folding import fold, pairs
from search.rules.pinyin import are_initials, readings, splits
from search.schemas import Piece

EXCERPT_MAX_CHARS = 90
"""Three lines on a phone."""
BEFORE_HIT_CHARS = 20
"""So much of what stands before the first hit, so that one reads on."""
WORDS_MOST = 60
"""Of one query, with its synonyms."""
READ_MAX_CHARS = 20_000
"""A whole post."""

_GRAPHEME = regex.compile(r"\X")
_SPACES = regex.compile(r"\s+")

Range = tuple[int, int]


class Marker:
    """The words of one query, ready to be found in many texts."""

    def __init__(self, words: str, synonyms: Sequence[Sequence[str]]) -> None:
        units = units_of(fold(words).strip(), synonyms)
        whole = [token.text for unit in units for token in unit.words]
        whole += [regex.sub(r"^u|^(\d+)--?", r"\1", unit.address) for unit in units if unit.address]
        parts = [part for text in whole if len(text) > 2 for part in pairs(text)]
        self._whole = list(dict.fromkeys(whole))[:WORDS_MOST]
        self._parts = list(dict.fromkeys(parts))[:WORDS_MOST]
        self._letters = [text for text in self._whole if text.isascii() and text.isalpha()]

    def title(self, text: str) -> list[Piece]:
        """All of it."""
        shown = _Characters(text)
        return shown.pieces(0, len(shown), self._ranges(shown) or self._sounded(shown))

    def excerpt(self, text: str) -> list[Piece]:
        """Around the first hit, with … where it was cut."""
        shown = _Characters(_SPACES.sub(" ", text[:READ_MAX_CHARS]).strip())
        ranges = self._ranges(shown)
        start = max(0, ranges[0][0] - BEFORE_HIT_CHARS) if ranges else 0
        # Near the end, what fits before it is shown as well.
        start = max(0, min(start, len(shown) - EXCERPT_MAX_CHARS))
        end = min(len(shown), start + EXCERPT_MAX_CHARS)
        pieces = shown.pieces(start, end, ranges)
        if start > 0:
            pieces.insert(0, Piece("…", False))
        if end < len(shown):
            pieces.append(Piece("…", False))
        return pieces

    def _ranges(self, shown: "_Characters") -> list[Range]:
        """Whole words where there are any, else their parts."""
        return shown.find(self._whole) or shown.find(self._parts)

    def _sounded(self, shown: "_Characters") -> list[Range]:
        return _merged([found for letters in self._letters for found in shown.find_sound(letters)])


class _Characters:
    """A text as a reader counts its characters, beside what each is folded to."""

    def __init__(self, text: str) -> None:
        self._shown: list[str] = _GRAPHEME.findall(text)
        folded = [fold(character) for character in self._shown]
        self._folded = "".join(folded)
        # Which shown character each folded one comes from.
        self._origin = [at for at, part in enumerate(folded) for _ in part]

    def __len__(self) -> int:
        return len(self._shown)

    def find(self, words: Sequence[str]) -> list[Range]:
        """Where any of them stands, as ranges of shown characters."""
        found = [self._range(at, at + len(word)) for word in words if word for at in _places(self._folded, word)]
        return _merged(found)

    def find_sound(self, letters: str) -> Iterator[Range]:
        """Where the Chinese sounds like these letters, whole or by its initials."""
        ways = [*splits(letters), *([list(letters)] if are_initials(letters) else [])]
        for way in ways:
            for start in range(len(self._folded) - len(way) + 1):
                heard = self._folded[start : start + len(way)]
                if all(_begins(sign, said) for sign, said in zip(heard, way, strict=True)):
                    yield self._range(start, start + len(way))

    def pieces(self, start: int, end: int, ranges: Sequence[Range]) -> list[Piece]:
        found: list[Piece] = []
        at = start
        for first, last in ranges:
            if last <= start or first >= end:
                continue
            first, last = max(first, start), min(last, end)
            if first > at:
                found.append(Piece("".join(self._shown[at:first]), False))
            found.append(Piece("".join(self._shown[first:last]), True))
            at = last
        if at < end:
            found.append(Piece("".join(self._shown[at:end]), False))
        return found

    def _range(self, start: int, end: int) -> Range:
        return self._origin[start], self._origin[end - 1] + 1


def _begins(character: str, said: str) -> bool:
    return any(reading.startswith(said) for reading in readings(character))


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _merged(ranges: Sequence[Range]) -> list[Range]:
    """In order, those that touch as one."""
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
