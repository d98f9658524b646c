"""From the request to the worker: a raw file is staged, a row kept, a job left."""

import asyncio
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from asyncpg import Record

from backend.core.clock import now
from backend.core.crypto import seal_bytes
from backend.core.database import execute, fetchrow, transaction
from backend.core.errors import KeyReused, NotFound, Refusal
from backend.core.events import emit
from backend.core.ids import new_id
from backend.media import errors, rules
from backend.media.events import MediaUploaded
from backend.media.service import storage
from backend.media.service.files import cell
from backend.media.service.keeping import delete
from backend.media.service.uploads import Upload

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
    # tidy: allow ids, because a file's address must not be guessed from when it was made
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


async def settle(owner: UUID, media_id: UUID) -> Record:
    """The medium as soon as it is developed, or still processing after SETTLE_WAIT_S.

    A refused one is forgotten and its reason raised. Raises NotFound when it was deleted meanwhile.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + rules.SETTLE_WAIT_S
    await asyncio.sleep(rules.FIRST_LOOK_S)
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
    slots = _staging_slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(rules.STAGING_AT_ONCE))
    async with slots:
        raw = await asyncio.to_thread(upload.file.read)
        if upload.purpose == rules.EVIDENCE:
            raw = await asyncio.to_thread(seal_bytes, raw, bound_to=cell(media_id, rules.STAGED))
        await storage.put(owner, file_id, rules.STAGED, raw)


async def _keep_row(owner: UUID, media_id: UUID, file_id: UUID, upload: Upload, upload_key: UUID | None) -> bool:
    async with transaction():
        # One upload of a person at a time from here: two at once would both find room for the last file.
        await execute("SELECT pg_advisory_xact_lock(hashtextextended('medium.owner:' || $1, 0))", str(owner))
        await refuse_full(owner, file_bytes=upload.size)
        row = await fetchrow(
            """INSERT INTO medium
                   (id, owner, file, purpose, state, stored_bytes, variants, upload_key, digest, created_at, kind, name)
               VALUES ($1, $2, $3, $4, 'processing', $5, '{}', $6, $7, $8, $9, $10)
               ON CONFLICT (owner, upload_key) DO NOTHING RETURNING id""",
            media_id,
            owner,
            file_id,
            upload.purpose,
            upload.size,
            upload_key,
            upload.digest,
            now(),
            upload.kind,
            upload.name,
        )
        if row is None:
            return False
        await emit(MediaUploaded(media_id=media_id))
    return True
