"""A query as PostgreSQL is asked it: steps from the words as they stand to what is near them.

What was typed reaches a tsquery only as quoted words of our own cutting; no operator of its ever does.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import msgspec
import regex

from search.rules.addresses import addresses
from search.rules.folding import Token, fold, pairs, tokens, windows
from search.rules.lexemes import (
    ADDRESS,
    BOARD,
    BUILDING,
    INITIALS,
    KIND,
    MONTH,
    NEAR,
    NEAR_MIN_CHARS,
    SOUND,
    TITLE,
    WORD,
    mark_of,
    month_of,
    quoted,
    shortened,
    skipped,
)
from search.rules.pinyin import are_initials, readings, splits

UNITS_MOST = 12
"""Of one query. A longer sentence has said by then what it is about."""
APART_MAX_CHARS = 10
"""A longer stretch of Chinese is cut in twos only, not in every way into twos and threes."""
PREFIX_MIN_CHARS = 2
"""One letter begins too many words."""
NUMBER_PREFIX_MIN_CHARS = 3
"""So do two digits: 20 is no search for 2026."""
PARTS_MOST = 16
"""Of a sentence, its last ones: what it is about comes late. Any two of them are looked for together."""
ASKING_MIN_CHARS = 5
"""A shorter query has no words to spare."""

NARROWING_KINDS_MOST = 2
"""More kinds than these are most of what there is."""

_ASKING = regex.compile(
    "什么时候|有没有|是不是|能不能|可不可以|为什么|怎么办|怎么样|请问|怎么|怎样|如何|什么|多久|多少|为何|哪里|哪儿|哪个|哪些"
    "|可以|能否|是否|一下|我们|你们|他们|大家|这个|那个|这里|那里|知道|想问|谁能|谁有|麻烦|哪位|的|了|吗|呢|吧|啊|呀|是|在|我|你"
)


class Unit(msgspec.Struct, frozen=True):
    """One thing that a document should have; any of the words will do, since these mean the same here."""

    words: tuple[Token, ...]
    address: str | None = None


class Plan(msgspec.Struct, frozen=True):
    """`steps`: tsqueries, to be tried in order; the first `exact` find the words themselves, the rest what is near
    them. `titles`: all in the heading; `contiguous`: in one piece. `wanted`: what holds at every step. `anything`:
    every word, for ranking. `phrase`: folded.
    """

    steps: list[str]
    exact: int
    titles: str
    wanted: str
    contiguous: str
    anything: str
    phrase: str


def plan_of(
    words: str,
    *,
    community_id: UUID,
    kinds: Sequence[str],
    synonyms: Sequence[Sequence[str]] = (),
    board_id: UUID | None = None,
    building_id: UUID | None = None,
    since: datetime | None = None,
    as_of: datetime,
) -> Plan:
    """No steps when there is no word in it."""
    say = _Speech(mark_of(community_id))
    phrase = fold(words).strip()
    units = units_of(phrase, synonyms)
    # Most things of the index are of any of many kinds: as a word that says next to nothing and costs much.
    wanted = [_any(say.word(KIND, kind) for kind in kinds)] if len(kinds) <= NARROWING_KINDS_MOST else []
    wanted += [say.word(BOARD, str(board_id))] if board_id else []
    wanted += [say.word(BUILDING, str(building_id))] if building_id else []
    if since is not None:
        wanted.append(_any(say.word(MONTH, str(month)) for month in range(month_of(since), month_of(as_of) + 1)))
    contiguous = _all(say.unit(unit, TITLE, say.together) for unit in units)
    titles = _any([contiguous, _all(say.unit(unit, TITLE, say.apart) for unit in units)])
    together, apart = (_all(say.unit(unit, WORD, way) for unit in units) for way in (say.together, say.apart))
    itself = [together, titles, *([apart] if apart != together else [])] if units else []
    guesses = [_all(say.near(unit) for unit in units), say.about(units)]
    return Plan(
        steps=[*itself, *(guess for guess in guesses if guess)],
        exact=len(itself),
        titles=titles,
        wanted=_all(wanted),
        contiguous=contiguous,
        anything=_any(say.every(unit) for unit in units),
        phrase=phrase,
    )


def heading_of(words: str, *, community_id: UUID, kinds: Sequence[str]) -> tuple[str, str]:
    """For suggestions: what a title must have, and of which kinds."""
    say = _Speech(mark_of(community_id))
    units = units_of(fold(words).strip(), ())
    together = _all(say.unit(unit, TITLE, say.together) for unit in units)
    return together, _any(say.word(KIND, kind) for kind in kinds)


def units_of(folded: str, synonyms: Sequence[Sequence[str]]) -> list[Unit]:
    """Addresses, then words that have synonyms here, then the rest, parted where a sentence only asks."""
    units: list[Unit] = []
    at = 0
    for address in addresses(folded):
        units += _units_between(folded[at : address.start], synonyms)
        units.append(Unit((), address.forms[-1]))
        at = address.end
    units += _units_between(folded[at:], synonyms)
    return units[:UNITS_MOST]


def _units_between(text: str, synonyms: Sequence[Sequence[str]]) -> Iterator[Unit]:
    groups = {fold(word): [fold(one) for one in group] for group in synonyms for word in group if fold(word)}
    known = regex.compile("|".join(map(regex.escape, sorted(groups, key=len, reverse=True)))) if groups else None
    at = 0
    for match in known.finditer(text) if known else ():
        yield from _plain_units(text[at : match.start()])
        meanings = [match.group(), *(word for word in groups[match.group()] if word != match.group())]
        yield Unit(tuple(token for word in meanings for token in list(tokens(word))[:1]))
        at = match.end()
    yield from _plain_units(text[at:])


def _plain_units(text: str) -> Iterator[Unit]:
    asks = sum(len(token.text) for token in tokens(text)) >= ASKING_MIN_CHARS
    kept = [Unit((token,)) for token in tokens(_ASKING.sub(" ", text) if asks else text)]
    yield from kept or [Unit((token,)) for token in tokens(text)]


class _Part(NamedTuple):
    """What may be a word of a unit, and where it stands in it."""

    unit: int
    at: int
    said: str

    def is_clear_of(self, other: "_Part") -> bool:
        """Whether they have no character in common, nor mean the same."""
        return self.unit != other.unit or abs(self.at - other.at) > 1


class _Speech:
    """Writes tsqueries for one community."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    def word(self, kind: str, word: str, *, begins: bool = False) -> str:
        return quoted(self._mark + kind + word) + (":*" if begins else "")

    def unit(self, unit: Unit, where: str, chinese: Callable[[str, str], str]) -> str:
        if unit.address is not None:
            return self.word(ADDRESS, unit.address)
        return _any(self._token(token, where, chinese) for token in unit.words)

    def together(self, stretch: str, where: str) -> str:
        """All of its pairs: nearly always the stretch itself."""
        return _all(self.word(where, part) for part in pairs(stretch) or [stretch])

    def apart(self, stretch: str, where: str) -> str:
        """Its words wherever they stand: cut in twos and threes in every way, since nobody said where words end."""
        if len(stretch) <= 3:
            return ""
        cuts = _cuts(len(stretch)) if len(stretch) <= APART_MAX_CHARS else [[2] * (len(stretch) // 2)]
        ways = []
        for cut in cuts:
            ends = [sum(cut[: at + 1]) for at in range(len(cut))]
            parts = [stretch[end - size : end] for end, size in zip(ends, cut, strict=True)]
            ways.append(_all(self.together(part, where) for part in parts))
        return _any(ways)

    def near(self, unit: Unit) -> str:
        """One character wrong: mistyped, left out, or another of the same sound (in a title)."""
        if unit.address is not None:
            return self.word(ADDRESS, unit.address)
        return _any(self._near_token(token) for token in unit.words)

    def about(self, units: Sequence[Unit]) -> str:
        """Any two of a sentence's words; where they begin and end nobody knows, so any two pairs that don't overlap."""
        parts = [part for number, unit in enumerate(units) for part in self._parts(number, unit)][-PARTS_MOST:]
        return _any(
            _all([one.said, _any(other.said for other in parts[at + 1 :] if one.is_clear_of(other))])
            for at, one in enumerate(parts)
            if any(one.is_clear_of(other) for other in parts[at + 1 :])
        )

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
        return _any(parts)

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
        return _any([itself, self._sounds(token.text)]) if token.script == "letters" else itself

    def _sounds(self, letters: str) -> str:
        """Letters that may be meant as pinyin, whole or initials; titles are kept by their sound."""
        ways = []
        for way in splits(letters):
            heard = [" ".join(way[at : at + 2]) for at in range(len(way) - 1)] or way
            last = self.word(SOUND, heard[-1], begins=True)
            ways.append(_all([*(self.word(SOUND, one) for one in heard[:-1]), last]))
        if are_initials(letters):
            ways.append(_all(self.word(INITIALS, part) for part in windows(letters, min(3, len(letters)))))
        return _any(ways)

    def _near_token(self, token: Token) -> str:
        itself = self._token(token, WORD, self.together)
        if token.script == "letters":
            near = shortened(token.text) if len(token.text) >= NEAR_MIN_CHARS else ()
            return _any([itself, *(self.word(NEAR, one) for one in sorted(near))])
        if token.script == "digits" or len(token.text) < 2:
            return itself
        return _any([itself, _all(self._heard(token.text)), *self._without_one(token.text)])

    def _heard(self, stretch: str) -> list[str]:
        """Its usual sound, two characters at a time; none if one has none."""
        sounds = [readings(character)[0] for character in stretch if readings(character)]
        whole = len(sounds) == len(stretch)
        return [self.word(SOUND, f"{one} {other}") for one, other in pairwise(sounds)] if whole else []

    def _without_one(self, stretch: str) -> Iterator[str]:
        """The stretch with each of its characters taken for wrong."""
        if len(stretch) == 3:
            yield from (self.word(WORD, part) for part in pairs(stretch))
            yield self.word(NEAR, skipped(stretch))
        if len(stretch) < 4:
            return
        for wrong in range(len(stretch)):
            left, right = stretch[:wrong], stretch[wrong + 1 :]
            yield _all(self.together(part, WORD) for part in (left, right) if part)
            yield _all(self.word(WORD, part) for part in pairs(left + right))


def _cuts(length: int) -> list[list[int]]:
    """Every way to cut so many characters in twos and threes."""
    if length < 2:
        return [] if length else [[]]
    return [[size, *rest] for size in (2, 3) for rest in _cuts(length - size)]


def _any(parts: Sequence[str] | Iterator[str]) -> str:
    return _joined(" | ", parts)


def _all(parts: Sequence[str] | Iterator[str]) -> str:
    return _joined(" & ", parts)


def _joined(sign: str, parts: Sequence[str] | Iterator[str]) -> str:
    said = list(dict.fromkeys(part for part in parts if part))
    return f"({sign.join(said)})" if len(said) > 1 else "".join(said)
