"""Attaching, deleting, and tidying up what nobody wants any more."""

from datetime import datetime
from uuid import UUID, uuid4

from asyncpg import Record

from backend.core.clock import now
from backend.core.database import fetch, transaction
from backend.core.events import emit
from backend.media import errors, rules
from backend.media.events import MediaDeleted
from backend.media.service import storage


async def attach(owner: UUID, media_ids: list[UUID], purpose: rules.Purpose, *, kind: rules.Kind | None = None) -> None:
    """Marks the media as in use, so that no purge takes them; in the transaction of what uses them.

    All or none. Raises NotUsable when one is absent, somebody else's, of another purpose or kind, not ready, or
    already in use: a medium hangs in one place, so that deleting there deletes it.
    """
    wanted = set(media_ids)
    if not wanted:
        return
    if len(wanted) < len(media_ids) or len(wanted) > rules.MAX_MEDIA_PER_ATTACHMENT:
        raise errors.NotUsable()
    async with transaction():
        # Locked in the order of their ids: two posts naming the same pictures must not wait for each other.
        rows = await fetch(
            """WITH held AS (SELECT id FROM medium
                             WHERE id = ANY($1) AND owner = $2 AND purpose = $3 AND state = 'ready'
                               AND attached_at IS NULL AND ($5::text IS NULL OR kind = $5)
                             ORDER BY id FOR UPDATE)
               UPDATE medium SET attached_at = $4 FROM held WHERE medium.id = held.id RETURNING medium.id""",
            list(wanted),
            owner,
            purpose,
            now(),
            kind,
        )
        if len(rows) < len(wanted):
            raise errors.NotUsable()


async def delete(media_ids: list[UUID]) -> None:
    """Rows now, files once that is committed. Ids that are gone already are passed over."""
    if not media_ids:
        return
    async with transaction():
        await _tell_deleted(await fetch("DELETE FROM medium WHERE id = ANY($1) RETURNING owner, file", media_ids))


async def delete_all_of(owner: UUID) -> None:
    """For a closed account. Attachments in use belong to what they hang in, which outlives its writer's account."""
    async with transaction():
        await _tell_deleted(
            await fetch(
                """DELETE FROM medium WHERE owner = $1 AND NOT (purpose = 'attachment' AND attached_at IS NOT NULL)
                   RETURNING owner, file""",
                owner,
            )
        )


async def purge_unattached() -> int:
    """Deletes what nothing has used for UNATTACHED_LIFE, in whatever state; how many."""
    purged = 0
    while True:
        async with transaction():
            rows = await fetch(
                """DELETE FROM medium WHERE id IN (
                       SELECT id FROM medium WHERE attached_at IS NULL AND created_at < $1
                       ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
                   RETURNING owner, file""",
                now() - rules.UNATTACHED_LIFE,
                rules.PURGE_BATCH,
            )
            await _tell_deleted(rows)
        purged += len(rows)
        if len(rows) < rules.PURGE_BATCH:
            return purged


async def sweep_orphans() -> int:
    """Deletes files that no row names, left by a process that died between the two; how many media's."""
    swept = 0
    batch: dict[UUID, UUID] = {}
    async for owner, file_id, changed_at in storage.files():
        if _is_old(changed_at):
            batch[file_id] = owner
        if len(batch) >= rules.PURGE_BATCH:
            swept += await _drop_unnamed(batch)
            batch = {}
    return swept + await _drop_unnamed(batch)


async def drop_files(owner: UUID, file_id: UUID) -> None:
    await storage.drop_all(owner, file_id)


async def drop_staged(owner: UUID, file_id: UUID) -> None:
    await storage.drop(owner, file_id, rules.STAGED)


async def check_storage() -> None:
    """For the readiness check: writes, reads and deletes a few bytes. Raises StorageAway."""
    nobody, file_id = UUID(int=0), uuid4()  # tidy: allow ids, because it names a file and no row
    await storage.put(nobody, file_id, "check", b"linli")
    await storage.drop(nobody, file_id, "check")


async def _tell_deleted(rows: list[Record]) -> None:
    for row in rows:
        await emit(MediaDeleted(owner_id=row["owner"], file_id=row["file"]))


async def _drop_unnamed(batch: dict[UUID, UUID]) -> int:
    named = {row["file"] for row in await fetch("SELECT file FROM medium WHERE file = ANY($1)", list(batch))}
    unnamed = [(owner, file_id) for file_id, owner in batch.items() if file_id not in named]
    for owner, file_id in unnamed:
        await storage.drop_all(owner, file_id)
    return len(unnamed)


def _is_old(changed_at: datetime) -> bool:
    return changed_at < now() - rules.UNATTACHED_LIFE
