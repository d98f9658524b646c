"""A query in codes, as an engine is asked that has no `or`: a list of ways, each wanting all of its codes.

From the words as they stand to what is near them. Nothing is left to the engine's own choice of what may be missing:
it would drop words by how often they stand in the whole index, other communities' texts included.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, pairwise, product
from typing import NamedTuple

from search.rules.asking import units_of
from search.rules.codes import ADDRESS, INITIALS, SOUND, WORD, code, parts_of
from search.rules.folding import Token, fold, pairs
from search.rules.pinyin import are_initials, readings, splits
from search.rules.speech import PARTS_MOST, Unit

ITSELF, APART, NEAR, ABOUT_THREE, ABOUT_TWO = 1.0, 0.5, 0.3, 0.2, 0.1
"""What it is worth to be found as it stands, by its characters wherever they are, with one mistaken, by three or two
neighbouring words of a sentence."""
CODES_MOST = 10
"""Of one way: Meilisearch reads ten words of a query and no more."""
WAYS_MOST = 32
"""Each is a search of its own, and they share 300 ms."""
VARIANTS_MOST = 6
"""Ways to say the words themselves: with synonyms, as pinyin, as its initials."""
MISTAKEN_MIN_CHARS, MISTAKEN_MAX_CHARS = 4, 8
"""Of a stretch of Chinese: a shorter one without a character is another word, a longer one is a sentence."""
MISTAKEN_MOST = 8
"""Of all stretches: enough for the longest one."""
SENTENCE_MIN_PARTS = 4
"""Fewer, and any two of them are next to anything."""
ABOUT_MOST = 12
"""Threes and twos of a sentence's words, each."""
REACH = 4
"""How far a three may reach, in parts: three words of two characters side by side."""
LATER_BY = 0.01
"""How much less an earlier or wider one of them is worth than the one before: what a sentence is about comes late."""


class Way(NamedTuple):
    """`codes`: a document must have them all; the last one may be unfinished. `worth`: above 0, at most 1."""

    codes: str
    worth: float


class _Part(NamedTuple):
    """What may be a word of a unit, and where it stands in it."""

    unit: int
    at: int
    code: str

    def is_clear_of(self, later: "_Part") -> bool:
        """Whether they have no character in common."""
        return self.unit != later.unit or later.at - self.at > 1


def ways_to_ask(words: str, synonyms: Sequence[Sequence[str]]) -> list[Way]:
    """Best first, at most WAYS_MOST; none when there is no word in it."""
    units = units_of(fold(words).strip(), synonyms)
    if not units:
        return []
    ways = [_way(said, ITSELF) for said in islice(product(*map(_said, units)), VARIANTS_MOST)]
    ways.append(_way(map(_characters, units), APART))
    ways += [_way(said, NEAR) for said in (*_heard(units), *islice(_mistaken(units), MISTAKEN_MOST))]
    ways += _about(units)
    first = {way.codes: way for way in reversed(ways)}
    return [way for way in ways if first[way.codes] is way][:WAYS_MOST]


def _way(said: Iterable[Sequence[str]], worth: float) -> Way:
    codes = dict.fromkeys(code for codes in said for code in codes)
    return Way(" ".join(islice(codes, CODES_MOST)), worth)


def _said(unit: Unit) -> list[list[str]]:
    """Every way to say it, as it stands first."""
    if unit.address is not None:
        return [[code(ADDRESS, unit.address)]]
    return [said for token in unit.words for said in _token_said(token)]


def _token_said(token: Token) -> Iterator[list[str]]:
    yield _words(parts_of(token))
    if token.script == "letters":
        if are_initials(token.text):
            yield [code(INITIALS, pair) for pair in pairs(token.text)]
        yield from map(_sounding, splits(token.text))


def _words(parts: Iterable[str]) -> list[str]:
    return [code(WORD, part) for part in parts]


def _sounding(syllables: Sequence[str]) -> list[str]:
    return [code(SOUND, sound) for sound in map(" ".join, pairwise(syllables))] or [code(SOUND, *syllables)]


def _chinese(unit: Unit) -> str:
    """As it was typed, if it is Chinese."""
    return unit.words[0].text if unit.address is None and unit.words[0].script == "cjk" else ""


def _characters(unit: Unit) -> list[str]:
    return _words(_chinese(unit)) or _said(unit)[0]


def _heard(units: Sequence[Unit]) -> Iterator[list[list[str]]]:
    """Others of the same sound, in a title. One character alone sounds like too many."""
    if any(len(_chinese(unit)) > 1 for unit in units):
        yield [_unit_heard(unit) for unit in units]


def _unit_heard(unit: Unit) -> list[str]:
    stretch = _chinese(unit)
    syllables = [readings(character)[0] for character in stretch if readings(character)]
    return _sounding(syllables) if syllables and len(syllables) == len(stretch) else _said(unit)[0]


def _mistaken(units: Sequence[Unit]) -> Iterator[list[list[str]]]:
    """Each character of each stretch taken for wrong, in turn."""
    for place, unit in enumerate(units):
        stretch = _chinese(unit)
        if MISTAKEN_MIN_CHARS <= len(stretch) <= MISTAKEN_MAX_CHARS:
            for wrong in range(len(stretch)):
                halves = stretch[:wrong], stretch[wrong + 1 :]
                right = _words(part for half in halves for part in pairs(half) or half)
                yield [right if at == place else _said(other)[0] for at, other in enumerate(units)]


def _about(units: Sequence[Unit]) -> Iterator[Way]:
    """A sentence that nobody wrote as such: its words three and two at a time, neighbours first."""
    parts = [_Part(number, at, said) for number, unit in enumerate(units) for at, said in enumerate(_said(unit)[0])]
    parts = parts[-PARTS_MOST:]
    if len(parts) < SENTENCE_MIN_PARTS:
        return
    for size, worth in ((3, ABOUT_THREE), (2, ABOUT_TWO)):
        chosen = [
            places
            for places in combinations(range(len(parts)), size)
            if all(parts[one].is_clear_of(parts[other]) for one, other in pairwise(places))
            and (size == 2 or places[-1] - places[0] <= REACH)
        ]
        chosen.sort(key=lambda places: (places[-1] - places[0], -places[0]))
        for nth, places in enumerate(chosen[:ABOUT_MOST]):
            yield _way([[parts[place].code for place in places]], worth * (1 - LATER_BY * nth))
