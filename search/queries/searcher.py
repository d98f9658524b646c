"""Who searches, as engines know them, and what the truth says of what an engine found."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import today
from backend.core.database import fetch, fetchrow
from search import document
from search.document import Document
from search.rules.audience import words_of_searcher

SEARCHER_SQL = """
SELECT me.places, me.groups, (SELECT json_agg(words ORDER BY id) FROM search_synonym WHERE community = $2) AS synonyms
FROM (SELECT) AS nothing LEFT JOIN account_belonging($1, $2, $3) AS me ON true
"""
# Names the parameters' types even where a kind's SELECT has no use for one.
ASKED = "WITH asked AS (SELECT $1::uuid, $2::uuid, $3::date, $4::text[], $5::uuid[], $6::uuid[], $7::uuid[])"
FACETS = {"board": "$6", "building": "$7"}


class Searcher(msgspec.Struct, frozen=True):
    """`audience`: the words that let them find a document. `may`: their permissions in this community."""

    account_id: UUID
    community_id: UUID
    audience: list[str]
    may: list[str]
    synonyms: list[list[str]]


class Truth(msgspec.Struct, frozen=True):
    """`known`: what may be read, by id: its title and its author. `names`: by facet and id."""

    known: Mapping[UUID, tuple[str, str | None]]
    names: Mapping[str, Mapping[UUID, str]]


async def searcher(caller: Caller, community_id: UUID) -> Searcher:
    """One statement. Somebody with no part in the community searches what is public there."""
    row = await fetchrow(SEARCHER_SQL, caller.account_id, community_id, today())
    assert row is not None
    may = caller.permissions().get(community_id, [])
    return Searcher(
        caller.account_id,
        community_id,
        words_of_searcher(caller.account_id, places=row["places"], groups=row["groups"] or (), may=may),
        may,
        _synonyms(row),
    )


async def truth(
    who: Searcher, documents: Sequence[Document], *, boards: Iterable[UUID] = (), buildings: Iterable[UUID] = ()
) -> Truth:
    """Which of them may be read now, whatever an index says, and how boards and buildings are called. One statement."""
    kinds = sorted({one.kind for one in documents})
    if not kinds:
        return Truth({}, {})
    selects = [f"SELECT 'item' AS what, t.* FROM ({readable}) AS t" for readable in _readable(kinds)]
    selects += [
        f"SELECT '{facet}', n.*, NULL FROM ({named.format(ids=ids)}) AS n"
        for facet, ids in FACETS.items()
        if (named := document.names_of(facet)) is not None
    ]
    rows = await fetch(
        f"{ASKED} {' UNION ALL '.join(selects)}",
        who.account_id,
        who.community_id,
        today(),
        who.may,
        [one.id for one in documents],
        list(boards),
        list(buildings),
    )
    known = {thing: (title, author) for what, thing, title, author in rows if what == "item"}
    names = {facet: {thing: name for what, thing, name, _ in rows if what == facet} for facet in FACETS}
    return Truth(known, names)


def _readable(kinds: Sequence[str]) -> list[str]:
    """Each once: kinds may share a SELECT."""
    selects = dict.fromkeys(document.author_of(kind).readable for kind in kinds)
    return [
        one.format(ids="$5::uuid[]", account="$1::uuid", community="$2::uuid", day="$3::date", may="$4::text[]")
        for one in selects
    ]


def _synonyms(row: Record) -> list[list[str]]:
    return msgspec.json.decode(row["synonyms"]) if row["synonyms"] else []
