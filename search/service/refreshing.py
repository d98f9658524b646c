"""Documents follow their things: read again by their author, stored or dropped."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from backend.core.database import connection, execute, transaction
from backend.core.events import emit
from backend.settings import settings
from search import document
from search.document import Document
from search.engines import postgres
from search.events import DocumentsWaiting

TOGETHER = timedelta(milliseconds=500)
"""What changes within it goes to the outside engine in one batch; a hidden thing is held back by the truth at once."""
REFRESH_MOST = 200
"""Documents in one transaction: a long thread that is moved must not hold its locks for seconds."""

# One after the other: whoever writes last has read last. In order of the keys, so that two never wait for each other.
LOCK_SQL = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended('search:' || id, 0) AS key FROM unnest($1::uuid[]) AS id ORDER BY key) AS keys
"""
PENDING_SQL = """
INSERT INTO search_pending (kind, document, at) SELECT $1, id, clock_timestamp() FROM unnest($2::uuid[]) AS id
ON CONFLICT (kind, document) DO UPDATE SET id = nextval('search_pending_id'), at = excluded.at
"""


async def refresh(kind: str, ids: Sequence[UUID]) -> None:
    """Reads these again and stores or drops their documents; the same again changes nothing.

    In an open transaction it sees what that one has done and commits with it. The outside engine, if there is one,
    follows by its worker.
    """
    for start in range(0, len(ids), REFRESH_MOST):
        await _refresh(kind, ids[start : start + REFRESH_MOST])


async def recount(kind: str, ids: Sequence[UUID]) -> None:
    """How popular these are, and nothing else of them: a thread's words don't change with every reply."""
    for start in range(0, len(ids), REFRESH_MOST):
        await _write(kind, ids[start : start + REFRESH_MOST], postgres.ENGINE.recount)


async def _refresh(kind: str, ids: Sequence[UUID]) -> None:
    async def put_and_drop(found: Sequence[Document]) -> None:
        await postgres.ENGINE.put(found)
        gone = set(ids) - {one.id for one in found}
        if gone:
            await postgres.ENGINE.drop(kind, sorted(gone))

    await _write(kind, ids, put_and_drop)


async def _write(kind: str, ids: Sequence[UUID], write: Callable[[Sequence[Document]], Awaitable[None]]) -> None:
    """Hands over what these are now; nobody else writes them meanwhile."""
    async with transaction():
        await connection().execute(LOCK_SQL, list(ids))
        await write(await document.author_of(kind).documents(ids))
        if settings().meilisearch_url is not None and not document.stays_home(kind):
            await execute(PENDING_SQL, kind, list(ids))
            await emit(DocumentsWaiting(), after=TOGETHER)
