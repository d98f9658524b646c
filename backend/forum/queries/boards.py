"""Boards as people find them."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetch, fetchrow, fetchval
from backend.core.errors import NotFound
from backend.forum.permissions import EDIT_BOARDS, MODERATE, READ
from backend.forum.rules.boards import BOARDS_MOST, OWN_PLACES, READS, WRITES
from backend.forum.rules.reading import viewer_of
from backend.forum.schemas.posts import BoardList, BoardOut
from backend.identity.queries.organisations import SPEAKS_HERE
from backend.identity.queries.places import PLACE_NAME

CALLERS_KNOWN_MOST = 4096
"""As many as the process remembers anyway."""

PLACES = OWN_PLACES.format(who="$2", board="b", day="$3")
READ_BY_ASKER = READS.format(board="b", member="b.community = ANY($4)", staff="b.community = ANY($5)", places=PLACES)
"""Of the board `b`, where its community is known to the database alone; $2 to $5 are `asker`'s."""

# The caller's rights are parameters: $3 member, $4 staff, $6 poster, all of the community $1.
BELONGING = "LEFT JOIN account_belonging($2, $1, $5) AS me ON true"
READ_HERE = READS.format(board="b", member="$3", staff="$4", places="me.places")
WRITTEN_HERE = WRITES.format(
    board="b",
    staff="$4",
    poster="$6",
    places="me.places",
    groups="me.groups",
    speaks=SPEAKS_HERE.format(who="$2", where="$1", at="$7"),
)
LIST_SQL = f"""
SELECT b.*, {PLACE_NAME.format(which="b.estate")} AS estate_name, {WRITTEN_HERE} AS writes,
       (SELECT t.last_activity_at FROM thread t WHERE t.board = b.id AND t.state = 'shown'
        ORDER BY t.last_activity_at DESC, t.id DESC LIMIT 1) AS newest_at
FROM board b {BELONGING} WHERE b.community = $1 AND {READ_HERE}
ORDER BY b.archived_at IS NOT NULL, b.position, b.id LIMIT {BOARDS_MOST}
"""
ROOMS_SQL = f"""
SELECT b.id, b.name, me.places FROM board b {BELONGING} WHERE b.community = $1 AND {READ_HERE}
"""
ROOM_SQL = f"""
SELECT b.id, b.name, {OWN_PLACES.format(who="$2", board="b", day="$3")} AS places FROM board b
WHERE b.id = $1 AND {
    READS.format(
        board="b",
        member="b.community = ANY($4)",
        staff="b.community = ANY($5)",
        places=OWN_PLACES.format(who="$2", board="b", day="$3"),
    )
}
"""


class Room(NamedTuple):
    """A board that somebody may read; `places`: where they live, with all that stands above."""

    id: UUID
    name: str
    places: list[UUID]


async def boards(caller: Caller | None, community_id: UUID) -> BoardList:
    """Those that the caller may read, in their order, archived ones last; one statement. Raises NotFound."""
    viewer = viewer_of(caller, community_id)
    rows = await fetch(
        LIST_SQL,
        community_id,
        viewer.account_id,
        viewer.is_member,
        viewer.is_staff,
        today(),
        viewer.may_post,
        now(),
    )
    if not rows:
        await _refuse_unknown(community_id)
    edits = caller is not None and caller.may(EDIT_BOARDS, community_id)
    return BoardList([_board(row, edits=edits) for row in rows])


async def rooms_read_by(caller: Caller | None, community_id: UUID) -> list[Room]:
    """All boards of a community that the caller may read; one statement. Raises NotFound."""
    viewer = viewer_of(caller, community_id)
    rows = await fetch(ROOMS_SQL, community_id, viewer.account_id, viewer.is_member, viewer.is_staff, today())
    if not rows:
        await _refuse_unknown(community_id)
    return [Room(row["id"], row["name"], row["places"] or []) for row in rows]


async def board_read_by(caller: Caller | None, board_id: UUID) -> Room:
    """One statement. Raises NotFound."""
    row = await fetchrow(ROOM_SQL, board_id, *asker(caller))
    if row is None:
        raise NotFound()
    return Room(row["id"], row["name"], row["places"] or [])


def asker(caller: Caller | None) -> tuple[UUID | None, date, Sequence[UUID], Sequence[UUID]]:
    """READ_BY_ASKER's parameters: the account, the day, where it reads, where it moderates."""
    account = caller.account_id if caller else None
    return account, today(), communities_of(caller, READ), communities_of(caller, MODERATE)


@lru_cache(maxsize=CALLERS_KNOWN_MOST)
def communities_of(caller: Caller | None, permission: str) -> Sequence[UUID]:
    """Where the caller holds it: what statements ask whose community is known to the database alone."""
    held = {grant.community_id for grant in caller.grants} if caller else set()
    return tuple(it for it in held if it is not None and caller is not None and caller.may(permission, it))


async def _refuse_unknown(community_id: UUID) -> None:
    if not await fetchval("SELECT EXISTS (SELECT FROM community WHERE id = $1)", community_id):
        raise NotFound()


def _board(row: Record, *, edits: bool) -> BoardOut:
    may = {"post": row["writes"], "edit": edits}
    return BoardOut(
        id=row["id"],
        community_id=row["community"],
        estate_id=row["estate"],
        estate_name=row["estate_name"],
        name=row["name"],
        description=row["description"],
        read_by=row["read_by"],
        post_by=row["post_by"],
        position=row["position"],
        thread_count=row["thread_count"],
        newest_at=row["newest_at"],
        archived=row["archived_at"] is not None,
        edits=row["edits"],
        can=[verb for verb, granted in may.items() if granted],  # type: ignore[misc]
    )
