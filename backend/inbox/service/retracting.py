"""What was told is gone: its items leave every list, and no push of them goes out any more."""

from datetime import datetime
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute, fetch, transaction
from backend.inbox.rules import TELL_TRIES

RETRACT_SQL = """
UPDATE inbox_item SET retracted_at = $2, changed_at = $2, push_state = 'none'
WHERE subject_id = $1 AND retracted_at IS NULL AND kind IS DISTINCT FROM $3
"""
# Heads, in the order in which tellers lock them.
HEADS_SQL = """
SELECT head.id FROM inbox_item told JOIN inbox_item head ON head.id = coalesce(told.merged_into, told.id)
WHERE told.subject_id = $1 AND told.once = $2 AND told.retracted_at IS NULL ORDER BY head.account FOR UPDATE OF head
"""
RETRACT_ONE_SQL = """
UPDATE inbox_item SET retracted_at = $3, changed_at = $3 WHERE subject_id = $1 AND once = $2 AND retracted_at IS NULL
"""
# $1 heads, $2 the word, $3 the moment. What was merged last stands for the others, and rings in the head's place.
SUCCEED_SQL = """
WITH heir AS (
    SELECT DISTINCT ON (head.id) part.id AS heir, head.* FROM inbox_item head JOIN inbox_item part
           ON part.merged_into = head.id AND part.retracted_at IS NULL
    WHERE head.id = ANY($1) AND head.once = $2 ORDER BY head.id, part.id DESC),
followers AS (
    UPDATE inbox_item SET merged_into = heir.heir FROM heir
    WHERE inbox_item.merged_into = heir.id AND inbox_item.id <> heir.heir)
UPDATE inbox_item SET merged_into = NULL, merged_count = heir.merged_count - 1, batch = heir.batch, changed_at = $3,
                      read_at = heir.read_at, push_state = heir.push_state, push_due_at = heir.push_due_at,
                      push_round = heir.push_round
FROM heir WHERE inbox_item.id = heir.heir
"""
SHRINK_SQL = """
UPDATE inbox_item SET merged_count = merged_count - 1, changed_at = $3, params = coalesce(
    (SELECT part.params || jsonb_build_object('own', inbox_item.params -> 'own') FROM inbox_item part
     WHERE part.merged_into = inbox_item.id AND part.retracted_at IS NULL ORDER BY part.id DESC LIMIT 1),
    params -> 'own', params)
WHERE id = ANY($1) AND once <> $2
"""
SILENCE_SQL = """
UPDATE inbox_item SET push_state = 'none' WHERE subject_id = $1 AND once = $2 AND retracted_at IS NOT NULL
                                            AND push_state <> 'none'
"""


async def retract(subject_id: UUID, *, but: str | None = None, once: str | None = None) -> None:
    """All that was told of the subject, but those of the kind `but`. `once`: only what was told with that word; an
    item that stands for others as well counts one less."""
    if once is None:
        await execute(RETRACT_SQL, subject_id, now(), but)
        return
    async with transaction():
        await _retract_one(subject_id, once, now())


async def _retract_one(subject_id: UUID, once: str, at: datetime) -> None:
    heads = await _locked_heads(subject_id, once)
    if not heads:
        return
    await execute(RETRACT_ONE_SQL, subject_id, once, at)
    await execute(SUCCEED_SQL, heads, once, at)
    await execute(SHRINK_SQL, heads, once, at)
    await execute(SILENCE_SQL, subject_id, once)


async def _locked_heads(subject_id: UUID, once: str) -> list[UUID]:
    """Looked up again once they are held: while one waited for a head, another may have succeeded it."""
    before: list[UUID] | None = None
    for _ in range(TELL_TRIES):
        heads = [row["id"] for row in await fetch(HEADS_SQL, subject_id, once)]
        if heads == before:
            return heads
        before = heads
    raise RuntimeError("heads of a group came and went faster than they could be held")
