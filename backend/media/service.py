"""What may be done with pictures: upload, develop, show, attach, delete, and tidy up after all of these."""

import asyncio
import base64
from datetime import datetime
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from asyncpg import Record

from backend.core.clock import now
from backend.core.crypto import seal_bytes, unseal_bytes
from backend.core.database import execute, fetch, fetchrow, transaction
from backend.core.errors import KeyReused, NotFound, Refusal
from backend.core.events import emit
from backend.core.ids import new_id
from backend.media import errors, rules, sandbox, storage
from backend.media.events import MediaDeleted, MediaDeveloped, MediaUploaded
from backend.media.pictures import Developed, ImageRefused
from backend.media.uploads import Upload

_staging_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def refuse_full(owner: UUID, *, file_bytes: int = 0) -> None:
    """Raises SpaceFull or FilesFull. Asked before an upload is read, and again, under lock, before it is kept."""
    used = await fetchrow("SELECT count(*) AS files, sum(stored_bytes) AS bytes FROM medium WHERE owner = $1", owner)
    assert used is not None  # an aggregate always has a row
    if not rules.has_room_for_one_more(used["files"]):
        raise errors.refusal(errors.FilesFull)
    if not rules.has_room_for(file_bytes, used_bytes=used["bytes"] or 0):
        raise errors.refusal(errors.SpaceFull)


async def keep_upload(owner: UUID, upload: Upload, *, upload_key: UUID | None = None) -> UUID:
    """Stores the raw file and asks the worker to develop it; the medium's id.

    The same key and file give the first one's id again. Raises SpaceFull, FilesFull, KeyReused, StorageAway.
    """
    if first := await _first_upload(owner, upload, upload_key):
        return first
    media_id, file_id = new_id(), uuid4()
    await _stage(owner, media_id, file_id, upload)
    try:
        kept = await _keep_row(owner, media_id, file_id, upload, upload_key)
    except Refusal:
        await storage.drop(owner, file_id, rules.STAGED)
        raise
    if not kept:  # the same key came twice at once, and the other one was quicker
        await storage.drop(owner, file_id, rules.STAGED)
        media_id = await _first_upload(owner, upload, upload_key) or media_id
    return media_id


async def settle(owner: UUID, media_id: UUID, *, wait_s: float = rules.SETTLE_WAIT_S) -> Record:
    """The medium as soon as it is developed, or still processing after `wait_s`.

    A refused one is forgotten and its reason raised. Raises NotFound when it was deleted meanwhile.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    await asyncio.sleep(min(rules.FIRST_LOOK_S, wait_s))
    while True:
        row = await fetchrow("SELECT * FROM medium WHERE id = $1 AND owner = $2", media_id, owner)
        if row is None:
            raise NotFound()
        if row["state"] == rules.REFUSED:
            await delete([media_id])
            raise errors.refusal_of(row["refused_for"])
        if row["state"] == rules.READY or loop.time() >= until:
            return row
        await asyncio.sleep(rules.LOOK_EVERY_S)


async def develop(media_id: UUID) -> None:
    """Turns the raw file into variants, or marks it refused. Again, it changes nothing."""
    async with sandbox.slot():
        row = await fetchrow("SELECT * FROM medium WHERE id = $1 AND state = $2", media_id, rules.PROCESSING)
        if row is None:
            return
        try:
            developed = await sandbox.develop(await _read(row, rules.STAGED))
        except (ImageRefused, storage.FileMissing) as problem:
            await _mark_refused(row, problem.code if isinstance(problem, ImageRefused) else errors.Damaged.code)
            return
    sizes = [await _write(row, made.name, made.webp) for made in developed.variants]
    await _mark_ready(row, developed, stored_bytes=sum(sizes))


async def open_variant(row: Record, asked: str) -> bytes:
    """The WebP of a row that `access` has let through. Raises NotFound when there is no such variant."""
    name = rules.answering_variant(row["variants"], asked)
    if name is None:
        raise NotFound()
    try:
        return await _read(row, name)
    except storage.FileMissing:
        raise NotFound() from None  # deleted between the row and the file


async def open_private(media_id: UUID, variant: str) -> bytes:
    """A piece of evidence, opened, for a domain that has made its own check of who may look. Raises NotFound."""
    row = await fetchrow(
        "SELECT id, owner, file, purpose, variants FROM medium WHERE id = $1 AND purpose = $2 AND state = $3",
        media_id, rules.EVIDENCE, rules.READY,
    )
    if row is None:
        raise NotFound()
    return await open_variant(row, variant)


async def attach(owner: UUID, media_ids: list[UUID], purpose: rules.Purpose) -> None:
    """Marks the media as in use, so that no purge takes them; in the transaction of what uses them.

    All or none. Raises NotUsable when one is absent, somebody else's, of another purpose, not ready, or already in
    use: a medium hangs in one place, so that deleting there deletes it.
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
                               AND attached_at IS NULL
                             ORDER BY id FOR UPDATE)
               UPDATE medium SET attached_at = $4 FROM held WHERE medium.id = held.id RETURNING medium.id""",
            list(wanted), owner, purpose, now(),
        )
        if len(rows) < len(wanted):
            raise errors.NotUsable()


async def delete(media_ids: list[UUID]) -> None:
    """Rows now, files once that is committed. Ids that are gone already are passed over."""
    async with transaction():
        await _tell_deleted(await fetch("DELETE FROM medium WHERE id = ANY($1) RETURNING owner, file", media_ids))


async def delete_all_of(owner: UUID) -> None:
    """For a closed account."""
    async with transaction():
        await _tell_deleted(await fetch("DELETE FROM medium WHERE owner = $1 RETURNING owner, file", owner))


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
                now() - rules.UNATTACHED_LIFE, rules.PURGE_BATCH,
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
    nobody, file_id = UUID(int=0), uuid4()
    await storage.put(nobody, file_id, "check", b"linli")
    await storage.drop(nobody, file_id, "check")


async def _first_upload(owner: UUID, upload: Upload, upload_key: UUID | None) -> UUID | None:
    if upload_key is None:
        return None
    row = await fetchrow(
        "SELECT id, digest, purpose FROM medium WHERE owner = $1 AND upload_key = $2", owner, upload_key
    )
    if row is None:
        return None
    if row["digest"] != upload.digest or row["purpose"] != upload.purpose:
        raise KeyReused()
    media_id: UUID = row["id"]
    return media_id


async def _stage(owner: UUID, media_id: UUID, file_id: UUID, upload: Upload) -> None:
    slots = _staging_slots.setdefault(
        asyncio.get_running_loop(), asyncio.Semaphore(rules.STAGING_AT_ONCE)
    )
    async with slots:
        raw = await asyncio.to_thread(upload.file.read)
        if upload.purpose == rules.EVIDENCE:
            raw = await asyncio.to_thread(seal_bytes, raw, bound_to=_cell(media_id, rules.STAGED))
        await storage.put(owner, file_id, rules.STAGED, raw)


async def _keep_row(owner: UUID, media_id: UUID, file_id: UUID, upload: Upload, upload_key: UUID | None) -> bool:
    async with transaction():
        # One upload of a person at a time from here: two at once would both find room for the last file.
        await execute("SELECT pg_advisory_xact_lock(hashtextextended('medium.owner:' || $1, 0))", str(owner))
        await refuse_full(owner, file_bytes=upload.size)
        row = await fetchrow(
            """INSERT INTO medium (id, owner, file, purpose, state, stored_bytes, variants, upload_key, digest, created_at)
               VALUES ($1, $2, $3, $4, 'processing', $5, '{}', $6, $7, $8)
               ON CONFLICT (owner, upload_key) DO NOTHING RETURNING id""",
            media_id, owner, file_id, upload.purpose, upload.size, upload_key, upload.digest, now(),
        )
        if row is None:
            return False
        await emit(MediaUploaded(media_id=media_id))
    return True


async def _mark_ready(row: Record, developed: Developed, *, stored_bytes: int) -> None:
    widest = developed.variants[-1]
    async with transaction():
        found = await fetchrow(
            """UPDATE medium SET state = 'ready', width = $2, height = $3, thumbhash = $4, variants = $5,
                                 stored_bytes = $6
               WHERE id = $1 AND state = 'processing' RETURNING id""",
            row["id"], widest.width, widest.height, base64.b64encode(developed.thumbhash).decode(),
            [made.name for made in developed.variants], stored_bytes,
        )
        if found is not None:
            await emit(MediaDeveloped(owner_id=row["owner"], file_id=row["file"]))
    if found is None and await fetchrow("SELECT id FROM medium WHERE id = $1", row["id"]) is None:
        # Deleted while we worked, and what was told to delete its files may have come before we wrote them.
        await storage.drop_all(row["owner"], row["file"])


async def _mark_refused(row: Record, code: str) -> None:
    # First the file, so that nobody who is told "refused" can still find it; a crash in between ends here again.
    await storage.drop(row["owner"], row["file"], rules.STAGED)
    await execute(
        """UPDATE medium SET state = 'refused', refused_for = $2, stored_bytes = 0
           WHERE id = $1 AND state = 'processing'""",
        row["id"], code,
    )


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


async def _read(row: Record, name: str) -> bytes:
    data = await storage.get(row["owner"], row["file"], name)
    if row["purpose"] == rules.EVIDENCE:
        data = await asyncio.to_thread(unseal_bytes, data, bound_to=_cell(row["id"], name))
    return data


async def _write(row: Record, name: str, webp: bytes) -> int:
    """How many bytes it took."""
    if row["purpose"] == rules.EVIDENCE:
        webp = await asyncio.to_thread(seal_bytes, webp, bound_to=_cell(row["id"], name))
    await storage.put(row["owner"], row["file"], name, webp)
    return len(webp)


def _cell(media_id: UUID, name: str) -> str:
    return f"medium:{media_id}:{name}"
