"""One's own reports, and what came of them."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetch
from backend.core.paging import Page, decode_cursor, page_of
from backend.moderation.rules.telling import excerpt_of
from backend.moderation.schemas.cases import ReportOut

REPORTS_SQL = """
SELECT r.id, r.reason, r.comment, r.outcome, r.at, c.subject_kind, c.subject_id, c.snapshot->>'title' AS title,
       c.snapshot->>'body' AS body, c.sentence
FROM report r JOIN moderation_case c ON c.id = r.moderation_case
WHERE r.reporter = $1 AND ($2::timestamptz IS NULL OR (r.at, r.id) < ($2, $3)) ORDER BY r.at DESC, r.id DESC LIMIT $4
"""


async def own_reports(caller: Caller, *, limit: int, cursor: str | None) -> Page[ReportOut]:
    """Newest first; one statement."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
    rows = await fetch(REPORTS_SQL, caller.account_id, *after, limit + 1)
    return page_of(rows, limit, shape=_out, key=lambda row: (row["at"], row["id"]))


def _out(row: Record) -> ReportOut:
    return ReportOut(
        id=row["id"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        title=row["title"] or excerpt_of(row["body"]),
        reason=row["reason"],
        comment=row["comment"],
        outcome=row["outcome"],
        sentence=row["sentence"] if row["outcome"] is not None else None,
        at=row["at"],
    )
