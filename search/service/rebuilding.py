"""Everything again from its authors, while searches go on answering."""

from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

from search import document
from search.document import Document
from search.engines import postgres
from search.engines.outside import outside
from search.service.refreshing import REFRESH_MOST, refresh

Tell = Callable[[str, int], None]
"""Takes a kind and how many of its things have been read."""


async def rebuild_own(tell: Tell) -> int:
    """Writes every document of PostgreSQL's anew, each as a change of it would, and then drops what nobody wrote.

    How many there are. What changes meanwhile is written as well, so nothing is lost and nothing is missing.
    """
    generation = await postgres.ENGINE.begin_generation()
    for kind in document.kinds():
        async for ids in _in_order(kind):
            await refresh(kind, ids)
            tell(kind, len(ids))
    return await postgres.ENGINE.drop_older(generation)


async def rebuild_outside(tell: Tell) -> int:
    """Fills a fresh index of the outside engine and swaps; 0 without one. Raises EngineAway."""
    engine = outside()
    return await engine.rebuild(_batches(tell)) if engine is not None else 0


async def _batches(tell: Tell) -> AsyncIterator[Sequence[Document]]:
    """Reads each batch again when the engine has taken it: what has changed meanwhile may have been sent by the worker
    already, and overwritten by what was read before. It is sent once more."""
    for kind in (it for it in document.kinds() if not document.stays_home(it)):
        async for ids in _in_order(kind):
            read = await document.author_of(kind).documents(ids)
            yield read
            sent = {one.id: one for one in read}
            now = {one.id: one for one in await document.author_of(kind).documents(ids)}
            await refresh(kind, [it for it in ids if sent.get(it) != now.get(it)])
            tell(kind, len(ids))


async def _in_order(kind: str) -> AsyncIterator[list[UUID]]:
    last: UUID | None = None
    while ids := await document.author_of(kind).ids_after(last, REFRESH_MOST):
        yield ids
        last = ids[-1]
