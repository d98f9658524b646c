"""What an engine is: it keeps documents and finds them. It knows who asks only by the words that the server gives it.

The PostgreSQL engine is always kept; an outside one answers instead of it while it can.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from search.document import Document

TOTAL_MOST = 1_000
"""Nobody reads further, and counting further costs more than finding."""
SPAN_DAYS = {"week": 7, "month": 30, "year": 365}
"""How far back each span of time reaches, as a filter and as a facet."""
SUGGESTIONS_MOST = 8
"""What fits above a phone's keyboard."""


Facets = Mapping[str, Mapping[str, int]]
"""`kind`, `board`, `building`, `span`: how many by value."""


class EngineAway(Exception):
    """It did not answer, or not in time: another one has to."""


class Position(msgspec.Struct, frozen=True, array_like=True):
    """After which match the next page begins; an engine reads only its own. `rank`: a score or a count, as it likes."""

    rank: int
    id: UUID


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What to find. `community_id`, `audience` and `kinds` are the server's own, never a client's, and always hold.

    `words`: as typed, cleaned, 1 to QUERY_MAX_CHARS characters. `audience`: a document is found if it has one of these
    words. `kinds`: never empty. `synonyms`: groups of words that mean the same in this community. `as_of`: what
    freshness is counted from, the same on all pages. `with_facets`: on the first page.
    """

    words: str
    community_id: UUID
    audience: Sequence[str]
    kinds: Sequence[str]
    synonyms: Sequence[Sequence[str]] = ()
    board_id: UUID | None = None
    building_id: UUID | None = None
    since: datetime | None = None
    as_of: datetime
    limit: int
    after: Position | None = None
    with_facets: bool = False


class Match(msgspec.Struct, frozen=True):
    """A document as the engine has it, which may be a moment old: whoever shows it asks the truth first."""

    document: Document
    position: Position


class Found(msgspec.Struct, frozen=True):
    """`matches`: best first, at most the query's limit. `total`: at most TOTAL_MOST. `is_guess`: nothing has the
    words themselves; these are near them. `more`: another page may follow. `at_least`: nobody has counted further, or
    only what is new was looked through. `facets`: of those counted; null unless asked for."""

    matches: Sequence[Match]
    total: int
    is_guess: bool
    more: bool
    at_least: bool = False
    facets: Facets | None = None


class Engine(Protocol):
    """All of these raise EngineAway."""

    async def put(self, documents: Sequence[Document]) -> None:
        """Stores them, each in the place of what had its id. Doing it again changes nothing."""

    async def drop(self, kind: str, ids: Sequence[UUID]) -> None:
        """Forgets them. Unknown ones are no matter."""

    async def find(self, query: Query) -> Found:
        """Never raises for what was typed."""

    async def suggest(self, query: Query) -> Sequence[Document]:
        """At most `query.limit` whose title has the words, the last of which may be unfinished; best first."""


class OutsideEngine(Engine, Protocol):
    """One that is filled by the worker and may be away."""

    async def rebuild(self, batches: AsyncIterator[Sequence[Document]]) -> int:
        """Takes everything anew beside what answers meanwhile, and then swaps; how many there are.

        At no moment does a search find less than before or after. What is put or dropped meanwhile holds.
        """
