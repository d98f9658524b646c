"""In the worker: a raw file becomes variants, a PDF is read and kept as it is, or there is a reason why not."""

import base64
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from backend.core.database import execute, fetchrow, transaction
from backend.core.events import emit
from backend.media import errors, rules
from backend.media.darkroom import sandbox
from backend.media.darkroom.pictures import ImageRefused
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
            raw = await read_file(row, rules.STAGED)
            made = await _opened(row, raw)
        except (ImageRefused, storage.FileMissing) as problem:
            await _mark_refused(row, problem.code if isinstance(problem, ImageRefused) else errors.Damaged.code)
            return
    sizes = [await write_file(row, name, data) for name, data in made.files.items()]
    await _mark_ready(row, made, stored_bytes=sum(sizes))


@dataclass(frozen=True, slots=True)
class _Made:
    """`files` by variant, narrow to wide."""

    files: dict[str, bytes]
    width: int | None = None
    height: int | None = None
    thumbhash: str | None = None
    pages: int | None = None


async def _opened(row: Record, raw: bytes) -> _Made:
    if row["kind"] == rules.PDF:
        return _Made({rules.FILE: raw}, pages=await sandbox.count_pages(raw))
    developed = await sandbox.develop(raw)
    widest = developed.variants[-1]
    return _Made(
        {made.name: made.webp for made in developed.variants},
        width=widest.width,
        height=widest.height,
        thumbhash=base64.b64encode(developed.thumbhash).decode(),
    )


async def _mark_ready(row: Record, made: _Made, *, stored_bytes: int) -> None:
    async with transaction():
        found = await fetchrow(
            """UPDATE medium SET state = 'ready', width = $2, height = $3, thumbhash = $4, variants = $5,
                                 stored_bytes = $6, pages = $7
               WHERE id = $1 AND state = 'processing' RETURNING id""",
            row["id"],
            made.width,
            made.height,
            made.thumbhash,
            list(made.files),
            stored_bytes,
            made.pages,
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
