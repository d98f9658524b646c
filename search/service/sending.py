"""What has changed goes to the outside engine: in batches, by the worker, until it has said that it took them."""

from datetime import timedelta
from uuid import UUID

import msgspec

from backend.core.clock import now
from backend.core.database import execute, fetch
from search import document
from search.engines import Engine, EngineAway
from search.engines.outside import outside

BATCH = 500
"""Documents a request: some 2 MB, which it takes in well under a second."""
CLAIM = timedelta(minutes=5)
"""Longer than any batch takes; then whoever sent it is dead, and another sends it."""

# What changes again while it is sent gets a new id, and so stays; nobody else sends it before this claim has ended.
CLAIM_SQL = """
UPDATE search_pending SET claimed_until = $2 WHERE id IN (
    SELECT id FROM search_pending WHERE claimed_until IS NULL OR claimed_until < $3
    ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, document
"""


class Waiting(msgspec.Struct, frozen=True):
    id: int
    kind: str
    document: UUID


async def send_waiting() -> None:
    """Everything that waits; when the engine is away it goes on waiting, and the next minute tries again."""
    engine = outside()
    if engine is None:
        return
    while batch := await _claimed():
        try:
            await _send(engine, batch)
        except EngineAway:
            await _release(batch)
            return
        await execute("DELETE FROM search_pending WHERE id = ANY($1)", [one.id for one in batch])
        await _release(batch)


async def _claimed() -> list[Waiting]:
    moment = now()
    return [Waiting(*row) for row in await fetch(CLAIM_SQL, BATCH, moment + CLAIM, moment)]


async def _release(batch: list[Waiting]) -> None:
    """What is left of it: what was not taken, and what has changed again meanwhile."""
    await execute(
        "UPDATE search_pending SET claimed_until = NULL WHERE document = ANY($1)", [one.document for one in batch]
    )


async def _send(engine: Engine, batch: list[Waiting]) -> None:
    """Read again by their authors: what may be found is put, the rest dropped."""
    by_kind: dict[str, list[UUID]] = {}
    for one in batch:
        by_kind.setdefault(one.kind, []).append(one.document)
    for kind, ids in by_kind.items():
        found = await document.author_of(kind).documents(ids)
        await engine.put(found)
        await engine.drop(kind, sorted(set(ids) - {one.id for one in found}))
