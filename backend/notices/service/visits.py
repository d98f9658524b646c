"""Somebody at the door was told. A tick may come late, twice, and from two workers; the first one stands."""

from uuid import UUID

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, transaction
from backend.core.ids import new_id
from backend.core.text import clean_line
from backend.notices import access
from backend.notices.permissions import VISIT
from backend.notices.queries.doors import door
from backend.notices.rules.coverage import visited_at
from backend.notices.schemas.desk import DoorOut, VisitCreate


async def record(caller: Caller, notice_id: UUID, data: VisitCreate) -> DoorOut:
    """The home is told of the version that the phone showed, which may be an older one. Raises NotFound, Invalid."""
    told, note = clean_line(data.told, field="told", least=1), clean_line(data.note, field="note")
    async with transaction() as connection:
        notice = await access.notice_that_is_out(caller, notice_id, VISIT, modifying=False)
        # Before anything is written: a door that the notice isn't for is not there.
        await door(notice, data.home_id)
        await connection.execute(
            """INSERT INTO notice_visit (id, notice, home, version, visited_by, told, note, visited_at, recorded_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (notice, home, version) DO NOTHING""",
            new_id(),
            notice_id,
            data.home_id,
            min(data.version or notice["version"], notice["version"]),
            caller.account_id,
            told,
            note,
            visited_at(data.visited_at, published_at=notice["published_at"], at=now()),
            now(),
        )
        return await door(notice, data.home_id)


async def undo(caller: Caller, notice_id: UUID, home_id: UUID) -> DoorOut:
    """The tick was a slip; undone again, it changes nothing. Raises NotFound."""
    async with transaction():
        notice = await access.notice_that_is_out(caller, notice_id, VISIT, modifying=False)
        gone = await fetchrow(
            "DELETE FROM notice_visit WHERE notice = $1 AND home = $2 AND version = $3 RETURNING visited_by",
            notice_id,
            home_id,
            notice["version"],
        )
        if gone is not None:
            # Whose tick it was: one worker may undo another's, and nobody's work goes without a trace.
            await audit.record(
                "notice.visit_undone",
                actor=caller.account_id,
                community=notice["community"],
                about=gone["visited_by"],
                subject="notice",
                subject_id=notice_id,
            )
        return await door(notice, home_id)
