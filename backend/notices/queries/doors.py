"""Doors: the homes of a building, and those that a grid worker still has to knock at, in walking order."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetch
from backend.core.errors import NotFound
from backend.identity.queries.app_use import USES_APP
from backend.identity.queries.names import NAME_OR_COMMITTEE
from backend.notices import access
from backend.notices.permissions import READ_COVERAGE, VISIT
from backend.notices.queries.homes import bound, homes
from backend.notices.rules.coverage import DOOR_LISTS_MOST, DOORS_MOST, TO_KNOCK, HomeState, to_the_minute
from backend.notices.schemas.desk import DoorList, DoorListItem, DoorOut, VisitOut

GRID = "array(SELECT g.place FROM grid_place g WHERE g.worker = {worker} AND g.community = {where})"
"""The places that a worker walks; empty: no grid, so everywhere."""
IN_GRID = "({grid} = '{{}}' OR {places} && {grid})"

# The same states as `homes`, for all notices at once: which homes nobody has read in who is meant.
DOOR_LISTS_SQL = f"""
WITH mine AS MATERIALIZED (SELECT {GRID.format(worker="$2", where="$1")} AS places),
homes AS MATERIALIZED (
    SELECT p.home, p.places FROM home_place($1) p, mine
    WHERE {IN_GRID.format(places="p.places", grid="mine.places")}),
members AS MATERIALIZED (
    SELECT m.home, m.account, b.groups FROM home_member($1, $3) m JOIN community_member($1, $3) b USING (account))
SELECT n.id, n.title, n.priority, n.ends_at, count(*) FILTER (WHERE NOT d.is_told) AS left, count(*) AS homes
FROM notice n CROSS JOIN LATERAL (
    SELECT h.home, bool_or(v.id IS NOT NULL) AS is_told
    FROM homes h LEFT JOIN members m USING (home)
         LEFT JOIN notice_receipt r ON r.notice = n.id AND r.account = m.account AND r.read_version >= n.version
                                   AND (n.groups = '{{}}' OR n.groups::text[] && m.groups)
         LEFT JOIN notice_visit v ON v.notice = n.id AND v.home = h.home AND v.version = n.version
    WHERE n.places = '{{}}' OR h.places && n.places
    GROUP BY h.home
    HAVING count(r.id) = 0 AND (n.groups = '{{}}' OR bool_or(n.groups::text[] && m.groups))) d
WHERE n.community = $1 AND n.state = 'published' AND n.hidden_at IS NULL AND n.ends_at > $4
  AND (n.priority <> 'normal' OR n.ack_required)
GROUP BY n.id ORDER BY n.priority = 'urgent' DESC, n.published_at DESC, n.id DESC LIMIT {DOOR_LISTS_MOST}
"""


async def doors_of(caller: Caller, notice_id: UUID, *, place_id: UUID | None, state: HomeState | None) -> list[DoorOut]:
    """The homes below a place, or in a state, or both; DOORS_MOST at most. Raises NotFound."""
    notice = await access.notice_that_is_out(caller, notice_id, READ_COVERAGE, modifying=False)
    rows = await _doors(
        notice,
        "($8::uuid IS NULL OR $8 = ANY(places)) AND ($9::text IS NULL OR state = $9)",
        place_id,
        state,
    )
    return [_door(row) for row in rows]


async def my_doors(caller: Caller, notice_id: UUID) -> DoorList:
    """Where the caller has to knock, all at once: the phone takes them along offline. Raises NotFound."""
    notice = await access.notice_that_is_out(caller, notice_id, VISIT, modifying=False)
    grid = GRID.format(worker="$8", where="$2")
    rows = await _doors(
        notice,
        f"state = ANY($9::text[]) AND {IN_GRID.format(places='places', grid=grid)}",
        caller.account_id,
        list(TO_KNOCK),
    )
    doors = [_door(row) for row in rows]
    return DoorList(
        notice_id=notice["id"],
        title=notice["title"],
        reference=notice["reference"],
        version=notice["version"],
        doors=doors,
        left=sum(door.state == "unreached" for door in doors),
        as_of=to_the_minute(now()),
    )


async def door(notice: Record, home_id: UUID) -> DoorOut:
    """One home of the audience. Raises NotFound."""
    rows = await _doors(notice, "home = $8", home_id)
    if not rows:
        raise NotFound()
    return _door(rows[0])


async def door_lists(caller: Caller, community_id: UUID) -> list[DoorListItem]:
    """Notices that every home has to know of and the caller's grid has doors for, urgent ones first; one statement."""
    caller.require(VISIT, community_id)
    rows = await fetch(DOOR_LISTS_SQL, community_id, caller.account_id, today(), now())
    return [DoorListItem(*row) for row in rows]


async def _doors(notice: Record, which: str, *values: object) -> list[Record]:
    """In walking order; `which` names its values from $8 on."""
    app = f"count(*) FILTER (WHERE {USES_APP.format(who='m.account', at='$7')})"
    return await fetch(
        f"""{homes(notice, with_app=app)}
            SELECT home, path, name, state, members, with_app, is_visited, told, note, visited_at,
                   {NAME_OR_COMMITTEE.format(who="visited_by", where="$2")} AS visitor
            FROM homes WHERE {which} ORDER BY sort_key, home LIMIT {DOORS_MOST}""",
        *bound(notice),
        now(),
        *values,
    )


def _door(row: Record) -> DoorOut:
    visit = VisitOut(row["told"], row["note"], row["visitor"], row["visited_at"]) if row["is_visited"] else None
    return DoorOut(row["home"], row["path"], row["name"], row["state"], row["members"], row["with_app"], visit)
