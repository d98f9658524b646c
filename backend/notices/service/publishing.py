"""A notice is published now or later, and runs out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, fetchval, transaction
from backend.core.errors import Conflict
from backend.core.events import Event, emit
from backend.core.flow import MoveRefused, take
from backend.core.ids import new_id
from backend.notices import access
from backend.notices.errors import OwnNotice, SecondNeeded, UrgentUsedUp
from backend.notices.events import NoticeEndDue, NoticePublished, NoticeStartDue
from backend.notices.queries.urgent import URGENT_USED
from backend.notices.rules.desk import Missing, missing, waits_for_publishing
from backend.notices.rules.flow import FLOW
from backend.notices.rules.writing import (
    URGENT_PER_ORGANISATION_MONTH,
    check_dates,
    default_end,
    end_of,
    reference,
)
from backend.notices.service.recording import record

CLOCKS_APART_MOST = timedelta(minutes=1)
"""Of the database, which says when a job is due, and of the worker that runs it."""
LACKING: dict[Missing, type[Conflict]] = {"own": OwnNotice, "second": SecondNeeded, "quota": UrgentUsedUp}


async def publish(caller: Caller, notice_id: UUID, starts_at: datetime | None) -> None:
    """Now, or at `starts_at`. Raises NotFound, MoveRefused, OwnNotice, SecondNeeded, UrgentUsedUp, Invalid."""
    async with transaction():
        row = await access.notice_to_publish(caller, notice_id)
        at = now()
        if starts_at is None:
            _refuse_state(row, "publish")
            ends_at = end_of(row, at)
            await _refuse_unready(caller, row, at)
            await _publish(row, actor=caller.account_id, at=at, ends_at=ends_at)
            await record(caller, row, "notice.published")
        else:
            _refuse_state(row, "schedule")
            check_dates(starts_at, row["ends_at"], row["pinned_until"], at=at)
            await _refuse_unready(caller, row, starts_at)
            await take(FLOW, notice_id, "schedule", actor=caller.account_id, changes={"starts_at": starts_at})
            await emit(NoticeStartDue(notice_id=notice_id), after=starts_at - at)
            await record(caller, row, "notice.scheduled")


async def start_if_due(notice_id: UUID) -> None:
    """What was scheduled begins; again, or after a change of mind, it changes nothing."""
    async with transaction():
        row = await access.scheduled_notice(notice_id)
        if row is not None and await _is_due(row["starts_at"], NoticeStartDue(notice_id=notice_id)):
            # Should nothing have run for so long that it is over already, it was out for the time that was planned.
            at = row["starts_at"] if row["ends_at"] is not None and row["ends_at"] <= now() else now()
            await _publish(row, actor=None, at=at, ends_at=row["ends_at"] or default_end(at))


async def end_if_due(notice_id: UUID) -> None:
    """What has run out by its newest end expires."""
    async with transaction():
        ends_at = await fetchval(
            "SELECT ends_at FROM notice WHERE id = $1 AND state = 'published' FOR UPDATE", notice_id
        )
        if ends_at is not None and await _is_due(ends_at, NoticeEndDue(notice_id=notice_id)):
            await take(FLOW, notice_id, "expire", actor=None)


async def _is_due(moment: datetime, due: Event) -> bool:
    """Whether it has come. A job that is early by the difference of two clocks comes again; one that is earlier
    still was armed for a moment that has been moved since, and another waits for that."""
    early = moment - now()
    if timedelta() < early <= CLOCKS_APART_MOST:
        await emit(due, after=early)
    return early <= timedelta()


def _refuse_state(row: Record, move: str) -> None:
    if row["state"] not in FLOW.by_name[move].sources or not waits_for_publishing(row):
        raise MoveRefused()


async def _refuse_unready(caller: Caller, row: Record, begins: datetime) -> None:
    lacking = missing(row, access.hand_of(caller, row), urgent_left=await _urgent_left(row, begins))
    if lacking:
        raise LACKING[lacking[0]](most=URGENT_PER_ORGANISATION_MONTH)


async def _urgent_left(row: Record, begins: datetime) -> int:
    """Of the month in which it begins; the row's lock holds the organisation's count still."""
    if row["priority"] != "urgent":
        return URGENT_PER_ORGANISATION_MONTH
    used = await fetchval(f"SELECT {URGENT_USED.format(at='$2')} FROM notice n WHERE n.id = $1", row["id"], begins)
    return URGENT_PER_ORGANISATION_MONTH - int(used)


async def _publish(row: Record, *, actor: UUID | None, at: datetime, ends_at: datetime) -> None:
    changes: dict[str, Any] = {
        "published_at": at,
        "starts_at": row["starts_at"] if row["state"] == "scheduled" else None,
        "ends_at": ends_at,
        "reference": await _next_reference(row, at),
        "reason": None,
    }
    await take(FLOW, row["id"], "publish", actor=actor, changes=changes)
    await emit(NoticePublished(notice_id=row["id"], version=row["version"]))
    await emit(NoticeEndDue(notice_id=row["id"]), after=max(ends_at - now(), timedelta()))


async def _next_reference(row: Record, at: datetime) -> str:
    """Gapless: the number goes back with the transaction, and the next one waits for it on the serial's row."""
    year = at.astimezone(ZoneInfo(row["zone"])).year
    serial = await fetchrow(
        """INSERT INTO notice_serial (id, community, year, last) VALUES ($1, $2, $3, 1)
           ON CONFLICT (community, year) DO UPDATE SET last = notice_serial.last + 1 RETURNING last""",
        new_id(),
        row["community"],
        year,
    )
    assert serial is not None
    return reference(row["community_name"], year, serial["last"])
