"""Accounts that a notice is addressed to, and those of them who have yet to read or acknowledge it."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core.clock import today
from backend.core.database import fetch, fetchrow, fetchval
from backend.identity.queries.names import NAME
from backend.identity.queries.places import COMMUNITY_NAME, ORGANISATION
from backend.notices.queries.doors import GRID, IN_GRID
from backend.notices.queries.homes import bound, homes
from backend.notices.rules.audience import ADDRESSED

# Where an acknowledgement is asked for, reading alone leaves one on the list.
WAITED_FOR = "CASE WHEN n.ack_required THEN r.acknowledged_version ELSE r.read_version END"
WAITING_SQL = f"""
FROM notice n CROSS JOIN community_member($2, $3) m
     LEFT JOIN notice_receipt r ON r.notice = n.id AND r.account = m.account
WHERE n.id = $1 AND {ADDRESSED.format(notice="n", member="m")} AND coalesce({WAITED_FOR}, 0) < n.version
  AND ($4::uuid[] = '{{}}' OR m.places && $4)
"""
# The same accounts fall into the same part, whoever asks and whenever.
IN_PART = "abs(hashtextextended(m.account::text, 0) % $5) = $6"
WORKERS_SQL = f"""
, walks AS MATERIALIZED (SELECT w.worker, {GRID.format(worker="w.worker", where="$2")} AS places
                         FROM unnest($7::uuid[]) AS w (worker))
SELECT walks.worker, count(*) AS doors FROM walks JOIN homes
       ON homes.state = 'unreached' AND {IN_GRID.format(places="homes.places", grid="walks.places")}
GROUP BY walks.worker
"""


async def notice_to_follow(notice_id: UUID) -> Record | None:
    """For reactions, which ask nobody: the row, with what the words about it are filled with."""
    return await fetchrow(
        f"""SELECT n.*, {COMMUNITY_NAME.format(which="n.community")} AS community_name,
                   {ORGANISATION.format(which="n.organisation")} AS organisation_words,
                   {NAME.format(who="n.submitter", where="n.community")} AS submitter_name
            FROM notice n WHERE n.id = $1""",
        notice_id,
    )


async def addressed(notice: Record) -> list[UUID]:
    """Everybody in its audience but its submitter, who is told in other words."""
    rows = await fetch(
        f"""SELECT m.account FROM notice n CROSS JOIN community_member($2, $3) m
            WHERE n.id = $1 AND {ADDRESSED.format(notice="n", member="m")} AND m.account <> n.submitter
            ORDER BY m.account""",
        notice["id"],
        notice["community"],
        today(),
    )
    return [row["account"] for row in rows]


async def waiting(notice: Record, places: Sequence[UUID]) -> list[tuple[UUID, bool]]:
    """Accounts that have yet to read it (or acknowledge it), below these places or anywhere; and whether they have
    read it."""
    rows = await fetch(
        f"SELECT m.account, coalesce(r.read_version, 0) >= n.version AS has_read {WAITING_SQL} ORDER BY m.account",
        notice["id"],
        notice["community"],
        today(),
        list(places),
    )
    return [(row["account"], row["has_read"]) for row in rows]


async def waiting_part(notice: Record, places: Sequence[UUID], *, part: int, parts: int) -> list[UUID]:
    rows = await fetch(
        f"SELECT m.account {WAITING_SQL} AND {IN_PART} ORDER BY m.account",
        notice["id"],
        notice["community"],
        today(),
        list(places),
        parts,
        part,
    )
    return [row["account"] for row in rows]


async def count_waiting(notice: Record, places: Sequence[UUID]) -> int:
    return int(
        await fetchval(f"SELECT count(*) {WAITING_SQL}", notice["id"], notice["community"], today(), list(places))
    )


async def doors_of_workers(notice: Record, workers: Sequence[UUID]) -> dict[UUID, int]:
    """How many unreached homes each of them has to walk; those with none are left out."""
    rows = await fetch(homes(notice) + WORKERS_SQL, *bound(notice), list(workers))
    return {row["worker"]: row["doors"] for row in rows}


async def count_unreached(notice: Record) -> int:
    return int(await fetchval(f"{homes(notice)} SELECT count(*) FROM homes WHERE state = 'unreached'", *bound(notice)))
