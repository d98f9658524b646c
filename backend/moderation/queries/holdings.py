"""What moderation holds about an account."""

from typing import Any
from uuid import UUID

from backend.core.database import fetch
from backend.core.holdings import LINES_MOST, Holding


async def reports_of(account_id: UUID) -> list[dict[str, Any]]:
    """What it reported."""
    rows = await fetch(
        """SELECT c.subject_kind, c.snapshot->>'title' AS title, r.reason, r.comment, r.outcome, r.at
           FROM report r JOIN moderation_case c ON c.id = r.moderation_case
           WHERE r.reporter = $1 ORDER BY r.at DESC, r.id DESC LIMIT $2""",
        account_id,
        LINES_MOST,
    )
    return [dict(row) for row in rows]


async def sanctions_of(account_id: UUID) -> list[dict[str, Any]]:
    """What was done to it and its words, and what it objected."""
    rows = await fetch(
        """SELECT c.subject_kind, c.snapshot->>'title' AS title, s.measure, s.penalty, s.rule, s.sentence, s.starts_at,
                  s.ends_at, s.lifted_at, a.text AS appeal, a.state AS appeal_state, a.reason AS appeal_reason
           FROM sanction s JOIN moderation_case c ON c.id = s.moderation_case LEFT JOIN appeal a ON a.sanction = s.id
           WHERE s.account = $1 ORDER BY s.starts_at DESC, s.id DESC LIMIT $2""",
        account_id,
        LINES_MOST,
    )
    return [dict(row) for row in rows]


HOLDINGS: dict[str, Holding] = {"reports": reports_of, "sanctions": sanctions_of}
