"""A query as PostgreSQL is asked it: steps from the words as they stand to what is near them.

What was typed reaches a tsquery only as quoted words of our own cutting; no operator of its ever does.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import regex

from search.rules.addresses import addresses
from search.rules.folding import fold, tokens
from search.rules.lexemes import BOARD, BUILDING, KIND, MONTH, TITLE, WORD, mark_of, month_of
from search.rules.speech import Speech, Unit, all_of, any_of, loosened

UNITS_MOST = 12
"""Of one query. A longer sentence has said by then what it is about."""
ASKING_MIN_CHARS = 5
"""A shorter query has no words to spare."""

NARROWING_KINDS_MOST = 2
"""More kinds than these are most of what there is."""
BOUNDS_MOST = 6
"""Of a step: one rare word is enough to know that there is little to read."""

_ASKING = regex.compile(
    "什么时候|有没有|是不是|能不能|可不可以|为什么|怎么办|怎么样|请问|怎么|怎样|如何|什么|多久|多少|为何|哪里|哪儿|哪个|哪些"
    "|可以|能否|是否|一下|我们|你们|他们|大家|这个|那个|这里|那里|知道|想问|谁能|谁有|麻烦|哪位|的|了|吗|呢|吧|啊|呀|是|在|我|你"
)


class Plan(msgspec.Struct, frozen=True):
    """`steps`: tsqueries, to be tried in order; the first `exact` find the words themselves, the rest what is near
    them. `bounds`: (step, what each find of it must match, and what an index reads no more than to find it); step 0:
    every one. `titles`: all in the heading; `contiguous`: in one piece. `wanted`: what holds at every step, empty for
    nothing. `anything`: every word, for ranking. `phrase`: folded.
    """

    steps: list[str]
    exact: int
    bounds: list[tuple[int, str]]
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
    say = Speech(mark_of(community_id))
    phrase = fold(words).strip()
    units = units_of(phrase, synonyms)
    # Most things of the index are of any of many kinds: as a word that says next to nothing and costs much.
    wanted = [any_of(say.word(KIND, kind) for kind in kinds)] if len(kinds) <= NARROWING_KINDS_MOST else []
    wanted += [say.word(BOARD, str(board_id))] if board_id else []
    wanted += [say.word(BUILDING, str(building_id))] if building_id else []
    if since is not None:
        wanted.append(any_of(say.word(MONTH, str(month)) for month in range(month_of(since), month_of(as_of) + 1)))
    contiguous = all_of(say.unit(unit, TITLE, say.together) for unit in units)
    titles = any_of([contiguous, all_of(say.unit(unit, TITLE, say.apart) for unit in units)])
    together, apart = (all_of(say.unit(unit, WORD, way) for unit in units) for way in (say.together, say.apart))
    bounds = [
        (1, [word for unit in units for word in say.needed(unit, WORD)]),
        (2, [word for unit in units for word in say.needed(unit, TITLE, apart=True)]),
    ]
    itself = [together, titles] if units else []
    if apart != together:
        itself.append(apart)
        bounds.append((3, [word for unit in units for word in say.needed(unit, WORD, apart=True)]))
    near = [say.near(unit) for unit in units]
    bounds.append((len(itself) + 1, [loosened(one) for one in near]))
    guesses = [all_of(near), say.about(units)]
    return Plan(
        steps=[*itself, *(guess for guess in guesses if guess)],
        exact=len(itself),
        bounds=[*((0, one) for one in wanted), *_bounds(bounds)],
        titles=titles,
        wanted=all_of(wanted),
        contiguous=contiguous,
        anything=any_of(say.every(unit) for unit in units),
        phrase=phrase,
    )


def heading_of(words: str, *, community_id: UUID) -> Plan:
    """For suggestions: in titles, as it stands; few kinds of things have one. No steps when there is no word in it."""
    say = Speech(mark_of(community_id))
    phrase = fold(words).strip()
    units = units_of(phrase, ())
    together = all_of(say.unit(unit, TITLE, say.together) for unit in units)
    needed = [word for unit in units for word in say.needed(unit, TITLE)]
    return Plan(
        steps=[together] if together else [],
        exact=1,
        bounds=_bounds([(1, needed)]),
        titles=together,
        wanted="",
        contiguous=together,
        anything=together,
        phrase=phrase,
    )


def units_of(folded: str, synonyms: Sequence[Sequence[str]]) -> list[Unit]:
    """Addresses, then words that have synonyms here, then the rest, parted where a sentence only asks."""
    asks = sum(len(token.text) for token in tokens(folded)) >= ASKING_MIN_CHARS
    units: list[Unit] = []
    at = 0
    for address in addresses(folded):
        units += _units_between(folded[at : address.start], synonyms, asks)
        units.append(Unit((), address.forms[-1]))
        at = address.end
    units += _units_between(folded[at:], synonyms, asks)
    return units[:UNITS_MOST]


def _units_between(text: str, synonyms: Sequence[Sequence[str]], asks: bool) -> Iterator[Unit]:
    groups = {fold(word): [fold(one) for one in group] for group in synonyms for word in group if fold(word)}
    known = regex.compile("|".join(map(regex.escape, sorted(groups, key=len, reverse=True)))) if groups else None
    at = 0
    for match in known.finditer(text) if known else ():
        yield from _plain_units(text[at : match.start()], asks)
        meanings = [match.group(), *(word for word in groups[match.group()] if word != match.group())]
        yield Unit(tuple(token for word in meanings for token in list(tokens(word))[:1]))
        at = match.end()
    yield from _plain_units(text[at:], asks)


def _plain_units(text: str, asks: bool) -> Iterator[Unit]:
    kept = [Unit((token,)) for token in tokens(_ASKING.sub(" ", text) if asks else text)]
    yield from kept or [Unit((token,)) for token in tokens(text)]


def _bounds(by_step: Sequence[tuple[int, Sequence[str]]]) -> list[tuple[int, str]]:
    return [(step, one) for step, needed in by_step for one in list(dict.fromkeys(filter(None, needed)))[:BOUNDS_MOST]]
