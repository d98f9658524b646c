"""Moderators keep a thread in order: lock, pin, slow it down. Each act leaves a line in the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, transaction
from backend.core.events import emit
from backend.core.text import clean_text
from backend.core.writes import Write
from backend.forum import access
from backend.forum.errors import ThreadClosed
from backend.forum.events import ThreadChanged
from backend.forum.rules.keeping import check_pin
from backend.forum.schemas.staff import REASON_MAX_CHARS
from backend.forum.service.showing import set_lock


async def lock(caller: Caller, thread_id: UUID, reason: str) -> None:
    """Nobody but moderators answers any more. Locked already: nothing changes. Raises NotFound, Invalid."""
    reason = clean_text(reason, field="reason", least=1, most=REASON_MAX_CHARS)[:REASON_MAX_CHARS]
    async with transaction():
        row = await access.thread_to_keep(caller, thread_id)
        if row["locked_at"] is None:
            await set_lock(thread_id, now())
            await record(caller, row, "thread.locked", reason)


async def unlock(caller: Caller, thread_id: UUID) -> None:
    """Raises NotFound."""
    async with transaction():
        row = await access.thread_to_keep(caller, thread_id)
        if row["locked_at"] is not None:
            await set_lock(thread_id, None)
            await record(caller, row, "thread.unlocked")


async def pin(caller: Caller, thread_id: UUID, until: datetime | None) -> None:
    """On top of its board until then; null: no longer. Raises NotFound, ThreadClosed, Invalid."""
    if until is not None:
        check_pin(until, now())
    await _set(caller, thread_id, "pinned_until", until, "thread.pinned" if until else "thread.unpinned")


async def slow_down(caller: Caller, thread_id: UUID, seconds: int) -> None:
    """Between two answers of one neighbour; 0: as quickly as anywhere. Raises NotFound, ThreadClosed."""
    await _set(caller, thread_id, "slow_mode_s", seconds, "thread.slowed")


async def record(
    caller: Caller, row: Mapping[str, Any], action: str, reason: str | None = None, **details: str | int
) -> None:
    """Who did what to whose thread."""
    told = line(caller, row, action, reason, **details)
    await execute(told.sql, *told.args)


def line(caller: Caller, row: Mapping[str, Any], action: str, reason: str | None = None, **details: str | int) -> Write:
    """As `record`, to go along with the statement that does it."""
    return audit.line(
        action, actor=caller.account_id, community=row["community"], about=row["author"], subject="thread",
        subject_id=row["id"], reason=reason, details=details,
    )  # fmt: skip


async def _set(caller: Caller, thread_id: UUID, column: str, value: Any, action: str) -> None:
    async with transaction():
        row = await access.thread_to_keep(caller, thread_id)
        if row["state"] != "shown":
            raise ThreadClosed()
        if row[column] == value:
            return
        await execute(f"UPDATE thread SET {column} = $2, edits = edits + 1 WHERE id = $1", thread_id, value)
        await emit(ThreadChanged(thread_id=thread_id))
        await record(caller, row, action)
