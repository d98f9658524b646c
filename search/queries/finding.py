"""Finding: what engines offer, checked by the truth and shown as a page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import msgspec

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch
from backend.core.paging import decode_cursor, encode_cursor
from backend.core.sentences import Locale, sentence
from backend.core.text import clean_line
from search.document import Document
from search.engines import SPAN_DAYS, SUGGESTIONS_MOST, Found, Match, Position, Query, choice
from search.permissions import FIND_PEOPLE
from search.queries.searcher import FACETS, Searcher, Truth, searcher, truth
from search.rules.folding import fold
from search.rules.marking import Marker
from search.schemas import QUERY_MAX_CHARS, Facet, Facets, Hit, Kind, SearchPage, Span, Suggestions
from search.service.noting import note_asked

SPARE = 5
"""More than a page is asked for: what the truth drops mostly leaves a whole page still."""
ROUNDS_MOST = 3
"""Of asking again when it dropped more: a page may be short, but never late."""
ASKED_LATELY = timedelta(days=30)
NO_WILDCARDS = str.maketrans({sign: "\\" + sign for sign in "\\%_"})
ASKED_OFTEN_SQL = """
SELECT q.words FROM search_query q WHERE q.community = $1 AND q.words LIKE $2 AND q.day >= $3
GROUP BY q.words
HAVING sum(q.found_nothing) * 2 < sum(q.asked)
   AND (SELECT count(DISTINCT asker) FROM search_query one, unnest(one.askers) AS asker
        WHERE one.community = $1 AND one.words = q.words AND one.day >= $3) >= 3
ORDER BY sum(q.asked) DESC, q.words LIMIT 3
"""
"""Of three neighbours at least: what one or two have typed is theirs."""
EVERYBODYS: tuple[Kind, ...] = ("notice", "thread", "reply")
PEOPLE: Kind = "person"

FACET_VALUES_MOST = 20
"""Choices in one list."""


class Ask(msgspec.Struct, frozen=True):
    """What somebody asks for, as it came in."""

    words: str
    kinds: Sequence[Kind]
    board_id: UUID | None
    building_id: UUID | None
    span: Span
    limit: int
    cursor: str | None


class _Page:
    """A page while it is filled."""

    def __init__(self, first: Found, degraded: bool) -> None:
        self.first, self.degraded = first, degraded
        self.matches: list[Match] = []
        self.known: dict[UUID, tuple[str, str | None]] = {}
        self.names: dict[str, dict[UUID, str]] = {facet: {} for facet in FACETS}
        self.last: Position | None = None
        self.more = False
        self.dropped = 0

    def take(self, found: Found, truth: Truth, limit: int) -> None:
        """Of what was found, as many as there is room for and the truth knows."""
        self.known.update(truth.known)
        for facet, names in truth.names.items():
            self.names[facet].update(names)
        for match in found.matches:
            if len(self.matches) == limit:
                self.more = True
                return
            self.last = match.position
            if match.document.id in truth.known:
                self.matches.append(match)
            else:
                self.dropped += 1
        self.more = found.more


async def search_page(caller: Caller, community_id: UUID, ask: Ask, locale: Locale) -> SearchPage:
    """What the caller may read and has these words, best first. Three statements; two more for each round again."""
    after = decode_cursor(ask.cursor, tuple[datetime, int, UUID])
    words = clean_line(ask.words)
    kinds = _kinds(caller, community_id, ask.kinds)
    if not words or not kinds:
        return SearchPage([], None, 0, False, Facets([], [], [], []) if after is None else None, False)
    who = await searcher(caller, community_id)
    as_of = after[0] if after else now()
    query = Query(
        words=words,
        community_id=community_id,
        audience=who.audience,
        kinds=kinds,
        synonyms=who.synonyms,
        board_id=ask.board_id,
        building_id=ask.building_id,
        since=as_of - timedelta(days=SPAN_DAYS[ask.span]) if ask.span != "any" else None,
        as_of=as_of,
        limit=ask.limit + SPARE,
        after=Position(after[1], after[2]) if after else None,
        with_facets=after is None,
    )
    page = await _filled(who, query, ask.limit)
    if after is None and not page.degraded:
        await note_asked(caller, community_id, words, in_vain=page.first.is_guess or not page.matches)
    return _shown(page, query, who, locale)


async def similar(caller: Caller, community_id: UUID, words: str, *, limit: int = 5) -> list[UUID]:
    """Threads that the caller may read and whose title is near these words, nearest first. Three statements."""
    plain = clean_line(words)
    if not plain:
        return []
    who = await searcher(caller, community_id)
    query = Query(
        words=plain[:QUERY_MAX_CHARS],
        community_id=community_id,
        audience=who.audience,
        kinds=["thread"],
        synonyms=who.synonyms,
        as_of=now(),
        limit=limit + SPARE,
    )
    found, _ = await choice.find(query)
    told = await truth(who, [match.document for match in found.matches])
    return [match.document.id for match in found.matches if match.document.id in told.known][:limit]


async def suggestions(caller: Caller, community_id: UUID, words: str) -> Suggestions:
    """What is often asked and begins like this, then titles that have it; only what the caller may read."""
    plain = clean_line(words)
    if not plain:
        return Suggestions([])
    who = await searcher(caller, community_id)
    query = Query(
        words=plain,
        community_id=community_id,
        audience=who.audience,
        kinds=["notice", "thread"],
        as_of=now(),
        limit=SUGGESTIONS_MOST + SPARE,
    )
    documents = await choice.suggest(query)
    told = await truth(who, documents)
    titles = [told.known[one.id][0] for one in documents if one.id in told.known]
    # What others ask is only said to who reads it in a title anyway: it may have been asked for something hidden since.
    said = [fold(title) for title in titles]
    asked = [words for words in await _asked_often(community_id, plain) if any(words in title for title in said)]
    return Suggestions(list(dict.fromkeys([*asked, *titles]))[:SUGGESTIONS_MOST])


async def _asked_often(community_id: UUID, begun: str) -> list[str]:
    """What several neighbours have gone on to type, and found."""
    pattern = fold(begun).translate(NO_WILDCARDS) + "%"
    return [row["words"] for row in await fetch(ASKED_OFTEN_SQL, community_id, pattern, now() - ASKED_LATELY)]


def _kinds(caller: Caller, community_id: UUID, asked: Sequence[Kind]) -> list[str]:
    """Without a word on it, what everybody finds; people only when asked for, and only for whom the desk trusts."""
    kinds = list(dict.fromkeys(asked)) or list(EVERYBODYS)
    return [kind for kind in kinds if kind != PEOPLE or caller.may(FIND_PEOPLE, community_id)]


async def _filled(who: Searcher, query: Query, limit: int) -> _Page:
    """Matches that the truth knows, until there are enough or no more."""
    found, degraded = await choice.find(query)
    page = _Page(found, degraded)
    for asked_again in range(1, ROUNDS_MOST + 1):
        told = await truth(
            who,
            [match.document for match in found.matches],
            boards=_values(found, "board"),
            buildings=_values(found, "building"),
        )
        page.take(found, told, limit)
        if len(page.matches) == limit or not page.more or asked_again == ROUNDS_MOST:
            break
        query = msgspec.structs.replace(query, after=page.last, with_facets=False)
        found, _ = await choice.find(query)
    return page


def _values(found: Found, facet: str) -> set[UUID]:
    """Whose names a page shows: of its facets and of its hits."""
    counted = {UUID(value) for value in (found.facets or {}).get(facet, {})}
    shown = {getattr(match.document, f"{facet}_id") for match in found.matches}
    return (counted | shown) - {None}


def _shown(page: _Page, query: Query, who: Searcher, locale: Locale) -> SearchPage:
    marker = Marker(query.words, who.synonyms)
    goes_on = page.more and page.last is not None
    cursor = encode_cursor(query.as_of, page.last.rank, page.last.id) if goes_on and page.last else None
    return SearchPage(
        items=[_hit(match.document, page, marker, locale) for match in page.matches],
        next_cursor=cursor,
        total=max(page.first.total - page.dropped, len(page.matches)),
        at_least=page.first.at_least,
        facets=_facets(page) if query.with_facets else None,
        degraded=page.degraded,
    )


def _hit(document: Document, page: _Page, marker: Marker, locale: Locale) -> Hit:
    title, author = page.known[document.id]
    return Hit(
        kind=cast(Kind, document.kind),
        id=document.id,
        subject_id=document.subject_id,
        number=document.number,
        title=marker.title(title),
        excerpt=marker.excerpt(document.body),
        author=_called(author, locale),
        board_id=document.board_id,
        board_name=page.names["board"].get(document.board_id) if document.board_id else None,
        building_id=document.building_id,
        at=document.created_at,
    )


def _called(author: str | None, locale: Locale) -> str:
    return sentence("search.gone", locale) if author == "" else author or sentence("search.a_neighbour", locale)


def _facets(page: _Page) -> Facets:
    """The most frequent first; what has no name any more is none to choose."""
    counted = page.first.facets or {}

    def named(facet: str) -> list[Facet]:
        names = page.names.get(facet, {})
        found = [Facet(value, names[UUID(value)], n) for value, n in counted.get(facet, {}).items()
                 if UUID(value) in names]  # fmt: skip
        return sorted(found, key=lambda one: (-one.count, one.name))[:FACET_VALUES_MOST]

    kinds = [Facet(kind, kind, n) for kind, n in sorted(counted.get("kind", {}).items(), key=lambda one: -one[1])]
    spans = [Facet(span, span, n) for span in SPAN_DAYS if (n := counted.get("span", {}).get(span, 0))]
    return Facets(kinds, named("board"), named("building"), spans)
