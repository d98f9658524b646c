"""One's own sanctions, and the community's log of all of them, without names."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch, fetchrow, fetchval
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.moderation.rules.flow import APPEAL_PROMISED
from backend.moderation.rules.sanctions import SANCTIONS_SHOWN_MOST, appeal_until
from backend.moderation.rules.telling import EXCERPT_CHARS, excerpt_of
from backend.moderation.schemas.cases import AppealOut, LogLine, SanctionList, SanctionOut

SANCTION = """
SELECT s.*, c.subject_kind, c.subject_id, c.snapshot->>'title' AS title, c.snapshot->>'body' AS body, a.id AS appeal,
       a.text AS appeal_text, a.state AS appeal_state, a.reason AS appeal_reason, a.at AS appeal_at,
       a.decided_at AS appeal_decided_at
FROM sanction s JOIN moderation_case c ON c.id = s.moderation_case LEFT JOIN appeal a ON a.sanction = s.id
"""
LOG_SQL = """
SELECT s.id, s.starts_at, c.subject_kind, s.measure, s.penalty, s.ends_at, s.rule, s.sentence, s.decided_as,
       coalesce(a.state, 'none') AS appeal_state
FROM sanction s JOIN moderation_case c ON c.id = s.moderation_case LEFT JOIN appeal a ON a.sanction = s.id
WHERE s.community = $1 AND ($2::uuid IS NULL OR s.id < $2) ORDER BY s.id DESC LIMIT $3
"""


async def own_sanctions(caller: Caller) -> SanctionList:
    """Newest first, and what holds now; one statement."""
    rows = await fetch(
        f"{SANCTION} WHERE s.account = $1 ORDER BY s.starts_at DESC, s.id DESC LIMIT $2",
        caller.account_id,
        SANCTIONS_SHOWN_MOST,
    )
    muted: dict[str, datetime] = {}
    suspended: dict[str, datetime] = {}
    for row in rows:
        held = {"mute": muted, "suspend": suspended}.get(row["penalty"])
        if held is not None and row["lifted_at"] is None and row["ends_at"] > now():
            where = str(row["community"])
            held[where] = max(row["ends_at"], held.get(where, row["ends_at"]))
    return SanctionList([_out(row) for row in rows], muted, suspended)


async def own_sanction(caller: Caller, sanction_id: UUID) -> SanctionOut:
    """One statement. Raises NotFound."""
    row = await fetchrow(f"{SANCTION} WHERE s.id = $1 AND s.account = $2", sanction_id, caller.account_id)
    if row is None:
        raise NotFound()
    return _out(row)


async def log(community_id: UUID, *, limit: int, cursor: str | None) -> Page[LogLine]:
    """Newest first, for anybody; one statement. Raises NotFound."""
    (after,) = decode_cursor(cursor, tuple[UUID]) or (None,)
    rows = await fetch(LOG_SQL, community_id, after, limit + 1)
    if not rows and not await fetchval("SELECT EXISTS (SELECT FROM community WHERE id = $1)", community_id):
        raise NotFound()
    return page_of(rows, limit, shape=_line, key=lambda row: (row["id"],))


def appeal_of(row: Record) -> AppealOut | None:
    """Of a row that has the appeal's columns."""
    if row["appeal"] is None:
        return None
    return AppealOut(
        id=row["appeal"],
        text=row["appeal_text"],
        state=row["appeal_state"],
        reason=row["appeal_reason"],
        at=row["appeal_at"],
        due_at=row["appeal_at"] + APPEAL_PROMISED,
        decided_at=row["appeal_decided_at"],
    )


def _out(row: Record) -> SanctionOut:
    until = appeal_until(row["starts_at"])
    return SanctionOut(
        id=row["id"],
        community_id=row["community"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        title=row["title"],
        excerpt=excerpt_of(row["body"], EXCERPT_CHARS),
        measure=row["measure"],
        penalty=row["penalty"],
        rule=row["rule"],
        sentence=row["sentence"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        lifted_at=row["lifted_at"],
        appeal_until=until,
        may_appeal=row["appeal"] is None and now() < until,
        appeal=appeal_of(row),
    )


def _line(row: Record) -> LogLine:
    lasts = row["ends_at"] - row["starts_at"] if row["ends_at"] is not None else None
    return LogLine(
        id=row["id"],
        at=row["starts_at"],
        subject_kind=row["subject_kind"],
        measure=row["measure"],
        penalty=row["penalty"],
        hours=int(lasts.total_seconds() // 3600) if lasts is not None else None,
        rule=row["rule"],
        sentence=row["sentence"],
        role=row["decided_as"],
        appeal=row["appeal_state"],
    )
