"""The Meilisearch engine: a cache outside, filled by the worker, asked before PostgreSQL while it answers.

Community, audience and kind are filters that the server writes; nothing that was typed becomes part of one. What it
finds is checked against the query again: it is a machine beside ours, and may have been given anything.
"""

from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from httpx2 import HTTPError
from meilisearch_python_sdk import AsyncClient
from meilisearch_python_sdk.errors import MeilisearchApiError, MeilisearchError
from meilisearch_python_sdk.models.search import Federation, SearchParams, SearchResultsFederated
from meilisearch_python_sdk.models.settings import MeilisearchSettings
from meilisearch_python_sdk.models.task import TaskInfo
from pydantic import ValidationError

from search.document import Document
from search.engines import SPAN_DAYS, TOTAL_MOST, EngineAway, Found, Match, Position, Query
from search.rules.codes import codes_of
from search.rules.folding import fold, tokens
from search.rules.lexemes import NEAR_MIN_CHARS
from search.rules.ways import APART, ITSELF, Way, ways_to_ask

SETTINGS_VERSION = 2
"""Part of the index's name: other settings want another index, which `linli search rebuild` fills."""
CODED = ["title_codes", "body_codes"]
DAYS_MOST = 3_000
"""Values of one facet that it counts. It looks through so many results one by one, and beyond that takes the smallest
values: the newest days, since the row's are below zero."""
SETTINGS = MeilisearchSettings.model_validate(
    {
        "searchableAttributes": [*CODED, "title", "body"],
        "displayedAttributes": ["id", "document"],
        "filterableAttributes": ["community", "audience", "kind", "board", "building", "day", "created_at"],
        "sortableAttributes": ["popularity", "created_at"],
        "rankingRules": ["words", "typo", "proximity", "attribute", "exactness", "popularity:desc", "created_at:desc"],
        # One letter off in a code is another word; what is near a Chinese word is a way of its own to ask.
        "typoTolerance": {
            "enabled": True,
            "minWordSizeForTypos": {"oneTypo": NEAR_MIN_CHARS},
            "disableOnAttributes": CODED,
        },
        "localizedAttributes": [{"attributePatterns": ["title", "body"], "locales": ["cmn"]}],
        "pagination": {"maxTotalHits": TOTAL_MOST},
        "faceting": {"maxValuesPerFacet": DAYS_MOST},
        "searchCutoffMs": 300,
    }
)
ANSWER_S = 2
"""A search that takes longer is PostgreSQL's to answer."""
TASK_MS = 60_000
"""A batch takes less than a second; a server that is busy for a minute is away."""
TASK_POLL_MS = 100
AS_WRITTEN_WORTH = 0.25
"""What its own segmentation finds beside our codes: mistyped Latin words, mostly."""
FACETS = ("kind", "board", "building")
SHOWN = (*FACETS, "span")
DAY_S = 86_400
OWN = UUID(int=0)
"""In a position: its rank counts what was found before, and is no score."""
WRONG = (MeilisearchError, HTTPError, ValidationError, msgspec.DecodeError, KeyError, TypeError, ValueError, OSError)
"""How it fails: refused, too slow, or talking nonsense."""

_clients: "WeakKeyDictionary[AbstractEventLoop, dict[tuple[str, str | None], AsyncClient]]" = WeakKeyDictionary()


class MeilisearchEngine:
    """`live` is searched; `fresh` stands beside it while a rebuild fills it."""

    def __init__(self, url: str, key: str | None, name: str) -> None:
        self._address = (url, key)
        self.live = f"{name}_v{SETTINGS_VERSION}"
        self.fresh = f"{self.live}_fresh"

    async def put(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        rows = [row_of(document) for document in documents]
        with _away_when_wrong():
            for index in await self._filled():
                await self._done(await self._client.index(index).add_documents(rows, "id"))

    async def drop(self, kind: str, ids: Sequence[UUID]) -> None:
        if not ids:
            return
        with _away_when_wrong():
            for index in await self._filled():
                await self._done(await self._client.index(index).delete_documents([_key(kind, it) for it in ids]))

    async def find(self, query: Query) -> Found:
        ways = ways_to_ask(query.words, query.synonyms)
        if not ways:
            return Found([], 0, False, False, facets={name: {} for name in SHOWN} if query.with_facets else None)
        if query.after and query.after.id != OWN:
            raise EngineAway("the page before was another engine's")
        at = query.after.rank if query.after else 0
        with _away_when_wrong():
            asked = [*self._in_codes(query, ways, CODED), self._as_written(query)]
            found = await self._search(query, asked, offset=at, limit=query.limit + 1)
            rows = [Match(_document(hit), Position(rank, OWN)) for rank, hit in enumerate(found.hits, at + 1)]
            kept = [row for row in rows[: query.limit] if _fits(row.document, query)]
            facets = self._facets(query, found) if query.with_facets else None
            guess = bool(found.hits) and not _has_the_words(found.hits[0], ways)
        total = min(TOTAL_MOST, found.estimated_total_hits or 0)
        return Found(kept, total, guess, len(rows) > query.limit, at_least=total == TOTAL_MOST, facets=facets)

    async def suggest(self, query: Query) -> Sequence[Document]:
        ways = [way for way in ways_to_ask(query.words, ()) if way.worth == ITSELF]
        if not ways:
            return []
        with _away_when_wrong():
            asked = self._in_codes(query, ways, ["title_codes"])
            found = await self._search(query, asked, offset=0, limit=query.limit)
            return [document for hit in found.hits if _fits(document := _document(hit), query)]

    async def rebuild(self, batches: AsyncIterator[Sequence[Document]]) -> int:
        """Fills a fresh index and swaps. What is put or dropped meanwhile goes to both (`_filled`)."""
        count = 0
        with _away_when_wrong():
            if self.fresh in await self._known():
                await self._done(await self._client.index(self.fresh).delete())
            for index in {self.live, self.fresh} - await self._known():
                await self._client.create_index(index, "id", settings=SETTINGS, timeout_in_ms=TASK_MS)
            async for documents in batches:
                count += len(documents)
                rows = [row_of(document) for document in documents]
                await self._done(await self._client.index(self.fresh).add_documents(rows, "id"))
            await self._done(await self._client.swap_indexes([(self.live, self.fresh)]))
            await self._done(await self._client.index(self.fresh).delete())
        return count

    def _in_codes(self, query: Query, ways: Sequence[Way], where: Sequence[str]) -> list[SearchParams]:
        return [self._query(query, codes, where, worth) for codes, worth in ways]

    def _as_written(self, query: Query) -> SearchParams:
        # Nothing but words: a minus or a quotation mark would be an order to it.
        words = " ".join(token.text for token in tokens(fold(query.words)))
        return self._query(query, words, ["title", "body"], AS_WRITTEN_WORTH, locales=["cmn"])

    def _query(self, query: Query, words: str, where: Sequence[str], worth: float, **more: Any) -> SearchParams:
        asked = {
            "index_uid": self.live,
            "q": words,
            "filter": _filter(query),
            "attributes_to_retrieve": ["document"],
            "attributes_to_search_on": list(where),
            "matching_strategy": "all",
            "federation_options": {"weight": worth},
        }
        return SearchParams.model_validate(asked | more)

    async def _search(
        self, query: Query, asked: list[SearchParams], *, offset: int, limit: int
    ) -> SearchResultsFederated:
        facets = {self.live: [*FACETS, "day"]} if query.with_facets else None
        federation = Federation(limit=limit, offset=offset, facets_by_index=facets)
        found = await self._client.multi_search(asked, federation=federation)
        assert isinstance(found, SearchResultsFederated)
        return found

    def _facets(self, query: Query, found: SearchResultsFederated) -> dict[str, dict[str, int]]:
        """As it counted them by value; into spans, by whole days."""
        distribution = (found.facets_by_index or {}).get(self.live, {}).get("distribution", {})
        days = {int(day): count for day, count in (distribution.get("day") or {}).items()}
        spans = {}
        for span, reach in SPAN_DAYS.items():
            first = _day(query.as_of - timedelta(days=reach))
            spans[span] = min(TOTAL_MOST, sum(count for day, count in days.items() if day <= first))
        return {name: dict(distribution.get(name) or {}) for name in FACETS} | {"span": spans}

    async def _filled(self) -> list[str]:
        """The indexes that must have every change: the live one, and a fresh one while a rebuild fills it."""
        known = await self._known()
        if self.live not in known:
            raise EngineAway("it has no index: linli search rebuild makes one")
        return [index for index in (self.live, self.fresh) if index in known]

    async def _known(self) -> set[str]:
        known = set()
        for index in (self.live, self.fresh):
            try:
                await self._client.get_index(index)
            except MeilisearchApiError as error:
                if error.code != "index_not_found":
                    raise
            else:
                known.add(index)
        return known

    async def _done(self, task: TaskInfo) -> None:
        """It says yes at once and does it later, or not at all: only a task that succeeded has happened."""
        await self._client.wait_for_task(
            task.task_uid, timeout_in_ms=TASK_MS, interval_in_ms=TASK_POLL_MS, raise_for_status=True
        )

    @property
    def _client(self) -> AsyncClient:
        """One for each loop, kept open: making one costs as much as ten searches."""
        url, key = self._address
        clients = _clients.setdefault(get_running_loop(), {})
        if self._address not in clients:
            clients[self._address] = AsyncClient(url, key, timeout=ANSWER_S)
        return clients[self._address]


@contextmanager
def _away_when_wrong() -> Iterator[None]:
    try:
        yield
    except WRONG as error:
        raise EngineAway(str(error)) from error


def row_of(document: Document) -> dict[str, Any]:
    """Filters and what is searched beside the document itself, which alone comes back."""
    return {
        "id": _key(document.kind, document.id),
        "community": str(document.community_id),
        "audience": document.audience,
        "kind": document.kind,
        "board": str(document.board_id) if document.board_id else None,
        "building": str(document.building_id) if document.building_id else None,
        "created_at": _seconds(document.created_at),
        "day": _day(document.created_at),
        "popularity": document.popularity,
        "title": document.title,
        "body": document.body,
        "title_codes": codes_of(" ".join([document.title, *document.extras]), with_sounds=True),
        "body_codes": codes_of(f"{document.body} {document.author}"),
        "document": msgspec.json.encode(document).decode(),
    }


def _document(hit: dict[str, Any]) -> Document:
    return msgspec.json.decode(hit["document"], type=Document)


def _has_the_words(hit: dict[str, Any], ways: Sequence[Way]) -> bool:
    """Whether the way that found it was no guess; the one after the last is its own."""
    way = hit["_federation"]["queriesPosition"]
    return way < len(ways) and ways[way].worth >= APART


def _key(kind: str, document_id: UUID) -> str:
    return f"{kind}-{document_id}"


def _filter(query: Query) -> list[str | list[str | list[str]]]:
    """A list is `and`, a list within it `or`."""
    wanted: list[str | list[str | list[str]]] = [
        f'community = "{query.community_id}"',
        [f'audience = "{word}"' for word in query.audience],
        [f'kind = "{kind}"' for kind in query.kinds],
    ]
    wanted += [f'board = "{query.board_id}"'] if query.board_id else []
    wanted += [f'building = "{query.building_id}"'] if query.building_id else []
    wanted += [f"created_at >= {_seconds(query.since)}"] if query.since else []
    return wanted


def _fits(document: Document, query: Query) -> bool:
    """What a foreign hand may have put there is not shown."""
    return (
        document.community_id == query.community_id
        and document.kind in query.kinds
        and not set(document.audience).isdisjoint(query.audience)
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _day(moment: datetime) -> int:
    """Days since 1970, below zero: the newest is the smallest."""
    return -(_seconds(moment) // DAY_S)
