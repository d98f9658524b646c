"""What somebody has begun to write."""

from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import today
from backend.core.database import fetch
from backend.core.errors import NotFound
from backend.forum.permissions import MODERATE, READ
from backend.forum.queries.boards import communities_of
from backend.forum.rules.boards import OWN_PLACES, READS
from backend.forum.rules.drafts import DRAFTS_MOST
from backend.forum.schemas.drafts import DraftList, DraftOut

# The title is today's, for one who may read it today.
DRAFTS_SQL = f"""
SELECT d.*, CASE WHEN t.state = 'shown' AND {
    READS.format(
        board="b",
        member="b.community = ANY($3)",
        staff="b.community = ANY($4)",
        places=OWN_PLACES.format(who="$1", board="b", day="$2"),
    )
} THEN t.title END AS thread_title
FROM draft d LEFT JOIN thread t ON t.id = d.thread LEFT JOIN board b ON b.id = t.board
WHERE d.account = $1 AND {{which}} ORDER BY d.updated_at DESC, d.id LIMIT {DRAFTS_MOST}
"""


async def drafts(caller: Caller, community_id: UUID) -> DraftList:
    """One's own, the newest first. Raises NotFound."""
    caller.require(READ, community_id)
    return DraftList([_out(row) for row in await _rows(caller, "d.community = $5", community_id)])


async def draft(caller: Caller, draft_id: UUID) -> DraftOut:
    """One's own. Raises NotFound."""
    rows = await _rows(caller, "d.id = $5", draft_id)
    if not rows:
        raise NotFound()
    return _out(rows[0])


async def _rows(caller: Caller, which: str, asked: UUID) -> list[Record]:
    return await fetch(
        DRAFTS_SQL.format(which=which),
        caller.account_id,
        today(),
        communities_of(caller, READ),
        communities_of(caller, MODERATE),
        asked,
    )


def _out(row: Record) -> DraftOut:
    return DraftOut(
        id=row["id"],
        community_id=row["community"],
        board_id=row["board"],
        thread_id=row["thread"],
        thread_title=row["thread_title"],
        content=msgspec.json.decode(row["content"]),
        updated_at=row["updated_at"],
    )
