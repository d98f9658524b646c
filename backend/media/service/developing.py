"""In the worker: a raw file becomes variants, or a reason why not."""

import base64
from uuid import UUID

from asyncpg import Record

from backend.core.database import execute, fetchrow, transaction
from backend.core.events import emit
from backend.media import errors, rules
from backend.media.darkroom import sandbox
from backend.media.darkroom.pictures import Developed, ImageRefused
from backend.media.events import MediaDeveloped
from backend.media.service import storage
from backend.media.service.files import read_file, write_file


async def develop(media_id: UUID) -> None:
    """Turns the raw file into variants, or marks it refused. Again, it changes nothing."""
    async with sandbox.slot():
        row = await fetchrow("SELECT * FROM medium WHERE id = $1 AND state = $2", media_id, rules.PROCESSING)
        if row is None:
            return
        try:
            developed = await sandbox.develop(await read_file(row, rules.STAGED))
        except (ImageRefused, storage.FileMissing) as problem:
            await _mark_refused(row, problem.code if isinstance(problem, ImageRefused) else errors.Damaged.code)
            return
    sizes = [await write_file(row, made.name, made.webp) for made in developed.variants]
    await _mark_ready(row, developed, stored_bytes=sum(sizes))


async def _mark_ready(row: Record, developed: Developed, *, stored_bytes: int) -> None:
    widest = developed.variants[-1]
    async with transaction():
        found = await fetchrow(
            """UPDATE medium SET state = 'ready', width = $2, height = $3, thumbhash = $4, variants = $5,
                                 stored_bytes = $6
               WHERE id = $1 AND state = 'processing' RETURNING id""",
            row["id"],
            widest.width,
            widest.height,
            base64.b64encode(developed.thumbhash).decode(),
            [made.name for made in developed.variants],
            stored_bytes,
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
        row["id"],
        code,
    )
