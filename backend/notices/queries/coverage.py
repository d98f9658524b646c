"""Coverage: how many homes a notice has reached, by building and entrance."""

from itertools import groupby
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch
from backend.identity.queries.names import NAME_OR_COMMITTEE
from backend.identity.queries.places import PLACE_NAME
from backend.notices import access
from backend.notices.permissions import READ_COVERAGE
from backend.notices.queries.homes import bound, homes, people
from backend.notices.rules.coverage import share_of, summed, to_the_minute
from backend.notices.rules.escalation import CHANNEL_OF, schedule_of
from backend.notices.schemas.desk import (
    BuildingCoverage,
    CoverageCounts,
    CoverageOut,
    EntranceCoverage,
    ReminderOut,
)
from backend.settings import settings

COUNTS = """
count(*) AS homes, count(*) FILTER (WHERE state = 'acknowledged') AS acknowledged,
count(*) FILTER (WHERE state = 'reached') AS reached, count(*) FILTER (WHERE state = 'told') AS told,
count(*) FILTER (WHERE state = 'unreached') AS unreached
"""
# In walking order: a home's key holds those of all above it. People are counted where there is no home, too.
COVERAGE = f"""
{{homes}}, people AS (
    SELECT count(*) AS people, count(*) FILTER (WHERE r.read_version >= $4) AS has_read,
           count(*) FILTER (WHERE r.acknowledged_version >= $4) AS has_acknowledged {{people}})
SELECT people.*, c.*, {PLACE_NAME.format(which="c.estate")} AS estate_name,
       {PLACE_NAME.format(which="c.building")} AS building_name,
       {PLACE_NAME.format(which="c.entrance")} AS entrance_name
FROM people LEFT JOIN (SELECT estate, building, entrance, min(sort_key) AS first_door, {COUNTS} FROM homes
                       GROUP BY estate, building, entrance) c ON true
ORDER BY min(c.first_door) OVER (PARTITION BY c.building), c.building, c.first_door
"""
REMINDERS_SQL = f"""
SELECT r.step, r.channel, r.recipients, r.version, r.at,
       CASE WHEN r.sent_by IS NOT NULL THEN {NAME_OR_COMMITTEE.format(who="r.sent_by", where="$2")} END AS sent_by
FROM notice_reminder r WHERE r.notice = $1 ORDER BY r.at DESC, r.id DESC LIMIT 50
"""


async def coverage(caller: Caller, notice_id: UUID) -> CoverageOut:
    """Live: counted from receipts and visits at every look. Three statements. Raises NotFound."""
    notice = await access.notice_that_is_out(caller, notice_id, READ_COVERAGE, modifying=False)
    rows = await fetch(COVERAGE.format(homes=homes(notice), people=people(notice)), *bound(notice))
    entrances = [row for row in rows if row["building"] is not None]
    buildings = [_building(list(those)) for _, those in groupby(entrances, key=lambda row: row["building"])]
    total = CoverageCounts(*summed(_numbers(row) for row in entrances))
    return CoverageOut(
        notice_id=notice["id"],
        title=notice["title"],
        reference=notice["reference"],
        version=notice["version"],
        ack_required=notice["ack_required"],
        counts=total,
        share=share_of(total.homes, total.unreached),
        people=rows[0]["people"],
        people_read=rows[0]["has_read"],
        people_acknowledged=rows[0]["has_acknowledged"],
        buildings=buildings,
        reminders=_with_planned(notice, await fetch(REMINDERS_SQL, notice["id"], notice["community"])),
        as_of=to_the_minute(now()),
    )


def _building(entrances: list[Record]) -> BuildingCoverage:
    first = entrances[0]
    return BuildingCoverage(
        id=first["building"],
        estate=first["estate_name"] or "",
        name=first["building_name"],
        counts=CoverageCounts(*summed(_numbers(row) for row in entrances)),
        entrances=[
            EntranceCoverage(row["entrance"], row["entrance_name"] or "", CoverageCounts(*_numbers(row)))
            for row in entrances
        ],
    )


def _numbers(row: Record) -> tuple[int, ...]:
    return tuple(row[name] for name in CoverageCounts.__struct_fields__)


def _with_planned(notice: Record, rows: list[Record]) -> list[ReminderOut]:
    """What went out, newest first, behind what the schedule holds ready."""
    done = {row["step"]: row["at"] for row in rows if row["version"] == notice["version"]}
    begun = done.get("first", notice["state_since"])
    planned = [
        ReminderOut(due.step, CHANNEL_OF[due.step], None, None, begun + due.after)
        for due in reversed(schedule_of(notice, texts=settings().sms_url is not None))
        if notice["state"] == "published" and due.step not in done and begun + due.after < notice["ends_at"]
    ]
    return planned + [ReminderOut(*(row[name] for name in ReminderOut.__struct_fields__)) for row in rows]
