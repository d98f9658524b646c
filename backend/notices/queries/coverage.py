"""Coverage: how many homes a notice has reached, by building and entrance."""

from itertools import groupby
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetch, fetchrow
from backend.identity.queries.names import NAME_OR_COMMITTEE
from backend.identity.queries.places import PLACE_NAME
from backend.notices import access
from backend.notices.permissions import READ_COVERAGE
from backend.notices.queries.homes import bound, homes
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
# In walking order: a home's key holds those of all above it.
BY_ENTRANCE = f"""
SELECT c.*, {PLACE_NAME.format(which="c.estate")} AS estate_name,
       {PLACE_NAME.format(which="c.building")} AS building_name,
       {PLACE_NAME.format(which="c.entrance")} AS entrance_name
FROM (SELECT estate, building, entrance, min(sort_key) AS first_door, {COUNTS} FROM homes
      GROUP BY estate, building, entrance) c
ORDER BY min(c.first_door) OVER (PARTITION BY c.building), c.building, c.first_door
"""
PEOPLE_SQL = """
SELECT count(*) AS people, count(*) FILTER (WHERE r.read_version >= $4) AS has_read,
       count(*) FILTER (WHERE r.acknowledged_version >= $4) AS has_acknowledged
FROM community_member($2, $3) m LEFT JOIN notice_receipt r ON r.notice = $1 AND r.account = m.account
"""
REMINDERS_SQL = f"""
SELECT r.step, r.channel, r.recipients, r.version, r.at,
       CASE WHEN r.sent_by IS NOT NULL THEN {NAME_OR_COMMITTEE.format(who="r.sent_by", where="$2")} END AS sent_by
FROM notice_reminder r WHERE r.notice = $1 ORDER BY r.at DESC, r.id DESC LIMIT 50
"""


async def coverage(caller: Caller, notice_id: UUID) -> CoverageOut:
    """Live: counted from receipts and visits at every look. Four statements. Raises NotFound."""
    notice = await access.notice_that_is_out(caller, notice_id, READ_COVERAGE, modifying=False)
    entrances = await fetch(f"{homes(notice)} {BY_ENTRANCE}", *bound(notice))
    buildings = [_building(list(rows)) for _, rows in groupby(entrances, key=lambda row: row["building"])]
    total = CoverageCounts(*summed(_numbers(row) for row in entrances))
    people = await _people(notice)
    return CoverageOut(
        notice_id=notice["id"],
        title=notice["title"],
        reference=notice["reference"],
        version=notice["version"],
        ack_required=notice["ack_required"],
        counts=total,
        share=share_of(total.homes, total.unreached),
        people=people["people"],
        people_read=people["has_read"],
        people_acknowledged=people["has_acknowledged"],
        buildings=buildings,
        reminders=_with_planned(notice, await fetch(REMINDERS_SQL, notice["id"], notice["community"])),
        as_of=to_the_minute(now()),
    )


async def _people(notice: Record) -> Record:
    asked = [notice["id"], notice["community"], today(), notice["version"]]
    meant = []
    # Only what narrows it: gathering everybody's places and groups costs more than counting everybody.
    for column in ("places", "groups"):
        if notice[column]:
            asked.append(notice[column])
            meant.append(f"m.{column} && ${len(asked)}")
    row = await fetchrow(PEOPLE_SQL + (f"WHERE {' AND '.join(meant)}" if meant else ""), *asked)
    assert row is not None  # a count
    return row


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
