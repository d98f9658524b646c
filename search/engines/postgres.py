"""The PostgreSQL engine: words of our own making in a tsvector with a GIN index."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from backend.core.database import execute
from search.document import Document
from search.engines import Found, Query


class PostgresEngine:
    """Always there: what another engine can't answer is answered here."""

    async def put(self, documents: Sequence[Document]) -> None:
        raise NotImplementedError

    async def drop(self, kind: str, ids: Sequence[UUID]) -> None:
        await execute("DELETE FROM search_document WHERE kind = $1 AND id = ANY($2)", kind, ids)

    async def find(self, query: Query) -> Found:
        return Found([], 0, False, False)

    async def suggest(self, query: Query) -> Sequence[Document]:
        return []

    async def rebuild(self, batches: AsyncIterator[Sequence[Document]]) -> int:
        return 0


ENGINE = PostgresEngine()
