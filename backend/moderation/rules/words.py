"""Watched words: where a text holds one, whatever was done to hide it, and what follows.

The automaton finds the words in the folded text; a find counts when nothing but tricks lies between its characters and
every character passes for the one that is meant. `枪.支` and `枪\u200b支` are the word; `开了一枪。支部书记` is not.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

import ahocorasick_rs

from backend.moderation.rules.folding import fold, script_of
from backend.moderation.rules.lookalikes import PLAIN_TWINS, STAND_INS

Action = Literal["block", "hold", "mask", "tag"]
WORDS_MOST = 2_000
"""Of one list: an automaton of that many takes some ms to build, and nobody keeps more in mind."""
KEY_MIN_CHARS = 2
"""One character is part of a hundred innocent words."""
MASK = "＊"
"""Full width: it stands for a Chinese character, and Markdown doesn't read it as emphasis."""
GAP_MOST = 12
"""Characters of spacing and signs between two of a word's: further apart a reader doesn't join them."""
EVEN_FROM = 3
"""Characters of a word from which one and the same sentence mark after each of them is a trick."""
JOINED_FROM = 6
"""Letters of a Latin word from which a space inside it is a trick; shorter ones meet by chance (`as soon`)."""

_SENTENCE_MARK = re.compile("[。！？；：，、…\n]|[!?;:,]|\\.{2,}")
_FOLLOWS = re.compile("[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\u200b-\u200d\u2060]+")
"""What hangs on the character before it, and goes with it when that is masked."""


@dataclass(frozen=True)
class Watched:
    """One word of a list, with its folded key."""

    id: UUID
    word: str
    key: str
    action: Action
    tag: str | None


class Hit(NamedTuple):
    """`start` to `end` of the original text."""

    word: Watched
    start: int
    end: int


class Matcher:
    """A community's words and the platform's, ready to be looked for."""

    def __init__(self, words: Iterable[Watched]) -> None:
        by_key: dict[str, list[Watched]] = {}
        for word in words:
            by_key.setdefault(word.key, []).append(word)
        self._words = list(by_key.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(by_key)) if by_key else None

    def hits(self, text: str) -> list[Hit]:
        """Every one, by where it begins."""
        if self._automaton is None:
            return []
        found: set[Hit] = set()
        for stand_ins in (False, True) if STAND_INS.keys() & set(text) else (False,):
            folded = fold(text, stand_ins=stand_ins)
            for number, start, end in self._automaton.find_matches_as_indexes(folded.key, overlapping=True):
                if _cuts_a_character(folded.places, start, end):
                    continue
                places = folded.places[start:end]
                found |= {
                    Hit(word, places[0], _end_of(text, places[-1]))
                    for word in self._words[number]
                    if _is_meant(word.word, text, places)
                }
        return sorted(found, key=lambda hit: (hit.start, hit.end, hit.word.word))


def key_of(word: str) -> str:
    """What two words share that are one to the automaton."""
    return fold(word, stand_ins=True).key


def masked(text: str, hits: Sequence[Hit]) -> str:
    """The text with exactly these stretches covered: a sign for each character that says something."""
    kept: list[str] = []
    at = 0
    for start, end in _joined(hits):
        kept += [text[at:start], MASK * len(set(fold(text[start:end], stand_ins=True).places))]
        at = end
    return "".join(kept) + text[at:]


def _joined(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Stretches that overlap are one."""
    joined: list[tuple[int, int]] = []
    for hit in sorted(hits, key=lambda it: it.start):
        if joined and hit.start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], hit.end))
        else:
            joined.append((hit.start, hit.end))
    return joined


def _cuts_a_character(places: list[int], start: int, end: int) -> bool:
    """One character may fold to several (`㎏`): half of it is no find."""
    return (start > 0 and places[start - 1] == places[start]) or (end < len(places) and places[end] == places[end - 1])


def _end_of(text: str, last: int) -> int:
    following = _FOLLOWS.match(text, last + 1)
    return following.end() if following else last + 1


def _is_meant(word: str, text: str, places: list[int]) -> bool:
    meant = [word[at] for at in fold(word, stand_ins=True).places]
    found = [text[at] for at in places]
    return (
        _is_apart(text, meant, places)
        and _pass_for(meant, found)
        and _belong_together(_gaps(text, places), letters=all(script_of(one) == "letter" for one in meant))
    )


def _is_apart(text: str, meant: list[str], places: list[int]) -> bool:
    """A word in letters isn't a part of a longer one."""
    before, after = text[: places[0]][-1:], text[places[-1] + 1 :][:1]
    return not (_is_letter(before) and _is_letter(meant[0])) and not (_is_letter(after) and _is_letter(meant[-1]))


def _is_letter(character: str) -> bool:
    return character.isalpha() and script_of(character) == "letter"


def _pass_for(meant: list[str], found: list[str]) -> bool:
    """Whether the characters found can have been written for the ones that are meant."""
    scripts = [(script_of(one), script_of(other)) for one, other in zip(meant, found, strict=True)]
    short = len(meant) < EVEN_FROM
    if short and any(other in PLAIN_TWINS and other != one for one, other in zip(meant, found, strict=True)):
        return False
    # 六合彩 may be written 6合彩; 三八 isn't 38.
    if any(one == "han" and other != "han" and (short or other != "digit") for one, other in scripts):
        return False
    letters = [other for one, other in scripts if one == "letter"]
    digits = [other for one, other in scripts if one == "digit"]
    if any(other == "han" for other in letters) or (letters and "letter" not in letters):
        return False
    return 2 * sum(other in ("digit", "han") for other in digits) >= len(digits)


def _gaps(text: str, places: list[int]) -> list[str]:
    return [_FOLLOWS.sub("", text[one + 1 : other]) for one, other in itertools.pairwise(places) if one != other]


def _belong_together(gaps: list[str], *, letters: bool) -> bool:
    """Whether what lies between the characters hides a word, instead of parting two sentences."""
    if any(len(gap) > GAP_MOST for gap in gaps):
        return False
    even = len(set(gaps)) == 1 and len(gaps) + 1 >= EVEN_FROM
    if not even and any(_SENTENCE_MARK.search(gap) for gap in gaps):
        return False
    spaced = letters and any(" " in gap for gap in gaps)
    return not spaced or all(gaps) or len(gaps) + 1 >= JOINED_FROM
