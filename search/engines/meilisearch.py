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
from search.rules.codes import codes_of, ways_to_ask

SETTINGS_VERSION = 1
"""Part of the index's name: other settings want another index, which `linli search rebuild` fills."""
CODED = ["title_codes", "body_codes"]
SETTINGS = MeilisearchSettings.model_validate(
    {
        "searchableAttributes": [*CODED, "title", "body"],
        "displayedAttributes": ["id", "document"],
        "filterableAttributes": ["community", "audience", "kind", "board", "building", "created_at"],
        "sortableAttributes": ["popularity", "created_at"],
        "rankingRules": ["words", "typo", "proximity", "attribute", "exactness", "popularity:desc", "created_at:desc"],
        # One letter off in a code is another word; Chinese typos are forgiven by leaving a code out.
        "typoTolerance": {"enabled": True, "disableOnAttributes": CODED},
        "localizedAttributes": [{"attributePatterns": ["title", "body"], "locales": ["cmn"]}],
        "pagination": {"maxTotalHits": TOTAL_MOST},
        "searchCutoffMs": 300,
    }
)
ANSWER_S = 2
"""A search that takes longer is PostgreSQL's to answer."""
TASK_MS = 60_000
"""A batch takes less than a second; a server that is busy for a minute is away."""
TASK_POLL_MS = 100
AS_WRITTEN_WEIGHT = 0.3
"""Of what its own segmentation finds beside our codes: mistyped Latin words, mostly."""
FACETS = ("kind", "board", "building")
SHOWN = (*FACETS, "span")
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
        rows = [_row(document) for document in documents]
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
            found = await self._search(query, ways, offset=at, limit=query.limit + 1)
            rows = [Match(_document(hit), Position(rank, OWN)) for rank, hit in enumerate(found.hits, at + 1)]
            kept = [row for row in rows[: query.limit] if _fits(row.document, query)]
            facets = await self._facets(query, ways, found) if query.with_facets else None
        total = min(TOTAL_MOST, found.estimated_total_hits or 0)
        return Found(kept, total, False, len(rows) > query.limit, at_least=total == TOTAL_MOST, facets=facets)

    async def suggest(self, query: Query) -> Sequence[Document]:
        ways = ways_to_ask(query.words, ())
        if not ways:
            return []
        with _away_when_wrong():
            found = await self._search(query, ways, offset=0, limit=query.limit, only="title_codes")
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
                rows = [_row(document) for document in documents]
                await self._done(await self._client.index(self.fresh).add_documents(rows, "id"))
            await self._done(await self._client.swap_indexes([(self.live, self.fresh)]))
            await self._done(await self._client.index(self.fresh).delete())
        return count

    async def count(self) -> int:
        """How many documents it has."""
        with _away_when_wrong():
            return (await self._client.index(self.live).get_stats()).number_of_documents

    async def _search(
        self, query: Query, ways: Sequence[str], *, offset: int, limit: int, only: str | None = None
    ) -> SearchResultsFederated:
        shared: dict[str, Any] = {
            "index_uid": self.live,
            "filter": _filter(query),
            "attributes_to_retrieve": ["document"],
        }
        in_codes = shared | {
            "attributes_to_search_on": [only] if only else CODED,
            "matching_strategy": "all" if only else "frequency",
        }
        asked = [in_codes | {"q": way} for way in ways]
        if only is None:
            as_written = {"q": query.words, "attributes_to_search_on": ["title", "body"], "matching_strategy": "all"}
            asked.append(
                shared | as_written | {"locales": ["cmn"], "federation_options": {"weight": AS_WRITTEN_WEIGHT}}
            )
        facets = {self.live: list(FACETS)} if query.with_facets else None
        found = await self._client.multi_search(
            [SearchParams.model_validate(one) for one in asked],
            federation=Federation(limit=limit, offset=offset, facets_by_index=facets),
        )
        assert isinstance(found, SearchResultsFederated)
        return found

    async def _facets(
        self, query: Query, ways: Sequence[str], found: SearchResultsFederated
    ) -> dict[str, dict[str, int]]:
        """By value, as it counted them; how many fall into each span takes a question each."""
        distribution = (found.facets_by_index or {}).get(self.live, {}).get("distribution", {})
        facets = {name: dict(distribution.get(name) or {}) for name in FACETS}
        spans = {}
        for span, days in SPAN_DAYS.items():
            within = msgspec.structs.replace(query, since=query.as_of - timedelta(days=days), with_facets=False)
            spans[span] = min(
                TOTAL_MOST, (await self._search(within, ways, offset=0, limit=1)).estimated_total_hits or 0
            )
        return facets | {"span": spans}

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


def _row(document: Document) -> dict[str, Any]:
    """Filters and what is searched beside the document itself, which alone comes back."""
    return {
        "id": _key(document.kind, document.id),
        "community": str(document.community_id),
        "audience": document.audience,
        "kind": document.kind,
        "board": str(document.board_id) if document.board_id else None,
        "building": str(document.building_id) if document.building_id else None,
        "created_at": int(document.created_at.timestamp()),
        "popularity": document.popularity,
        "title": document.title,
        "body": document.body,
        "title_codes": codes_of(" ".join([document.title, *document.extras]), with_sounds=True),
        "body_codes": codes_of(f"{document.body} {document.author}"),
        "document": msgspec.json.encode(document).decode(),
    }


def _document(hit: dict[str, Any]) -> Document:
    return msgspec.json.decode(hit["document"], type=Document)


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
