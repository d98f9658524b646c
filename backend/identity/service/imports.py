"""Address files: taken in at the desk or by command, run in batches, repeated without harm.

Each batch is one transaction that also moves `rows_done`: after a crash the next run goes on where the last commit
stands, and of two runs at once the slower one finds the count moved and stops.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import msgspec
from asyncpg import Record, UniqueViolationError

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchrow, transaction
from backend.core.errors import KeyReused, Refusal
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.text import clean_line
from backend.identity import access
from backend.identity.errors import ImportRunning
from backend.identity.events import AddressImportRequested
from backend.identity.permissions import IMPORT_ADDRESSES
from backend.identity.rules.address_files import table_rows
from backend.identity.rules.addresses import ERROR_ROWS_MAX, RowError, Sheet, read_head, read_sheet
from backend.identity.service.places import PlaceWriter

BATCH_ROWS = 500
"""As often as progress shows; a batch takes some 30 ms, far from every limit of a statement."""
FILE_NAME_MAX_CHARS = 120
STALLED_AFTER = timedelta(hours=1)
"""An import takes seconds; the queue's retries end after minutes."""
RUNNING = ("queued", "running")

Tell = Callable[[int, int], None]
"""Called with rows done and rows in all."""


class Overtaken(Exception):
    """Another run of the same import is ahead of this one."""


async def request_import(
    caller: Caller,
    community_id: UUID,
    *,
    content: bytes,
    file_name: str,
    dry_run: bool,
    upload_key: UUID | None = None,
) -> UUID:
    """Stores the file for the worker. The same key and file give the first one's id again.

    Raises NotFound, FileUnreadable, FileTooLarge, ImportRunning, KeyReused.
    """
    await access.community_for_desk(caller, community_id, IMPORT_ADDRESSES)
    digest = hashlib.sha256(f"{community_id} {dry_run}\n".encode() + content).digest()
    if upload_key is not None and (first := await _first_upload(caller, upload_key, digest)):
        return first
    await asyncio.to_thread(lambda: read_head(table_rows(content)))
    async with transaction():
        import_id = await store(
            community_id,
            content=content,
            file_name=file_name,
            dry_run=dry_run,
            started_by=caller.account_id,
            upload_key=upload_key,
            digest=digest,
        )
        await emit(AddressImportRequested(import_id=import_id))
    return import_id


async def store(
    community_id: UUID,
    *,
    content: bytes,
    file_name: str,
    dry_run: bool,
    started_by: UUID | None,
    upload_key: UUID | None = None,
    digest: bytes | None = None,
) -> UUID:
    """The queued import's id; whoever calls this runs it. Raises ImportRunning."""
    import_id = new_id()
    name = clean_line(file_name)[:FILE_NAME_MAX_CHARS] or "addresses"
    try:
        await execute(
            """INSERT INTO address_import (id, community, started_by, file_name, content, upload_key, digest, dry_run,
                                           state, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9)""",
            import_id,
            community_id,
            started_by,
            name,
            content,
            upload_key,
            digest,
            dry_run,
            now(),
        )
    except UniqueViolationError:
        # One file at a time in a community: address_import_one_running.
        raise ImportRunning() from None
    return import_id


async def run_import(import_id: UUID, tell: Tell = lambda done, total: None) -> None:
    """Runs it to its end, or on from where an earlier run died. An ended or unknown one is left alone."""
    begun = await _begin(import_id)
    if begun is None:
        return
    try:
        sheet = await asyncio.to_thread(read_sheet, bytes(begun["content"]))
    except Refusal as refusal:
        await _end(begun, "failed", detail=refusal.code)
        return
    try:
        await _import_all(begun, sheet, tell)
    except Overtaken:
        return
    await _end(begun, "done")


async def give_up(import_id: UUID) -> None:
    """For one who stops in the middle: what is imported stays, and the next file need not wait."""
    await execute(
        "UPDATE address_import SET state = 'failed', detail = $2, content = '', ended_at = $3"
        " WHERE id = $1 AND state = ANY($4)",
        import_id,
        "import.interrupted",
        now(),
        list(RUNNING),
    )


async def fail_stalled() -> None:
    """Scheduled: an import whose worker never came back would keep the next file out."""
    await execute(
        """UPDATE address_import SET state = 'failed', detail = $4, content = '', ended_at = $1
           WHERE state = ANY($2) AND created_at < $3""",
        now(),
        list(RUNNING),
        now() - STALLED_AFTER,
        "import.interrupted",
    )


async def _first_upload(caller: Caller, upload_key: UUID, digest: bytes) -> UUID | None:
    row = await fetchrow(
        "SELECT id, digest FROM address_import WHERE started_by = $1 AND upload_key = $2", caller.account_id, upload_key
    )
    if row is None:
        return None
    if row["digest"] != digest:
        raise KeyReused()
    return row["id"]


async def _begin(import_id: UUID) -> Record | None:
    return await fetchrow(
        """UPDATE address_import SET state = 'running', started_at = coalesce(started_at, $2)
           WHERE id = $1 AND state = ANY($3) RETURNING *""",
        import_id,
        now(),
        list(RUNNING),
    )


async def _import_all(begun: Record, sheet: Sheet, tell: Tell) -> None:
    bad, total = len(sheet.errors), len(sheet.errors) + len(sheet.addresses)
    start = begun["rows_done"] - bad if begun["rows_total"] else 0
    if not begun["rows_total"]:
        await _note_sheet(begun["id"], sheet, total)
    writer = PlaceWriter(begun["community"], keeps=not begun["dry_run"])
    tell(bad + start, total)
    for at in range(start, len(sheet.addresses), BATCH_ROWS):
        batch = sheet.addresses[at : at + BATCH_ROWS]
        async with transaction():
            written = await writer.write(batch)
            await _note_progress(
                begun["id"],
                done=bad + at,
                step=len(batch),
                created=written.created,
                updated=written.updated,
                refused=written.refused,
            )
        writer.settle()
        tell(bad + at + len(batch), total)


async def _note_sheet(import_id: UUID, sheet: Sheet, total: int) -> None:
    """What reading alone has told: bad rows are done rows."""
    noted = await execute(
        """UPDATE address_import SET rows_total = $2, rows_done = $3, errors = $3, error_rows = $4
           WHERE id = $1 AND state = 'running' AND rows_total = 0""",
        import_id,
        total,
        len(sheet.errors),
        _json(sheet.errors[:ERROR_ROWS_MAX]),
    )
    if noted == "UPDATE 0":
        raise Overtaken


async def _note_progress(
    import_id: UUID, *, done: int, step: int, created: int, updated: int, refused: list[RowError]
) -> None:
    noted = await execute(
        """UPDATE address_import
           SET rows_done = $2 + $3, created = created + $4, updated = updated + $5, errors = errors + $6,
               unchanged = unchanged + $3 - $4 - $5 - $6,
               error_rows = CASE WHEN jsonb_array_length(error_rows) < $8 THEN error_rows || $7 ELSE error_rows END
           WHERE id = $1 AND state = 'running' AND rows_done = $2""",
        import_id,
        done,
        step,
        created,
        updated,
        len(refused),
        _json(refused),
        ERROR_ROWS_MAX,
    )
    if noted == "UPDATE 0":
        raise Overtaken


async def _end(begun: Record, state: str, *, detail: str | None = None) -> None:
    async with transaction():
        ended = await fetchrow(
            """UPDATE address_import SET state = $2, detail = $3, content = '', ended_at = $4
               WHERE id = $1 AND state = 'running' RETURNING rows_total, created, updated, errors""",
            begun["id"],
            state,
            detail,
            now(),
        )
        if ended is None or begun["dry_run"]:
            return
        await execute(
            """UPDATE community SET home_count =
                   (SELECT count(*) FROM place WHERE community = $1 AND kind = 'home') WHERE id = $1""",
            begun["community"],
        )
        await audit.record(
            "addresses.imported",
            actor=begun["started_by"],
            community=begun["community"],
            subject="address_import",
            subject_id=begun["id"],
            details={"state": state, **dict(ended)},
        )


def _json(errors: list[RowError]) -> str:
    return msgspec.json.encode(errors).decode()
