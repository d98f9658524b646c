"""What notices hold about an account."""

from typing import Any
from uuid import UUID

from backend.core.database import fetch
from backend.core.holdings import LINES_MOST, Holding


async def notices_of(account_id: UUID) -> list[dict[str, Any]]:
    """What it wrote, for itself or an organisation."""
    rows = await fetch(
        """SELECT id, stream, title, body, state, reference, created_at, published_at FROM notice
           WHERE submitter = $1 ORDER BY id DESC LIMIT $2""",
        account_id,
        LINES_MOST,
    )
    return [dict(row) for row in rows]


async def receipts_of(account_id: UUID) -> list[dict[str, Any]]:
    """What it read and acknowledged."""
    rows = await fetch(
        """SELECT n.title, n.reference, r.read_version, r.read_at, r.acknowledged_version, r.acknowledged_at
           FROM notice_receipt r JOIN notice n ON n.id = r.notice
           WHERE r.account = $1 ORDER BY r.read_at DESC, r.id DESC LIMIT $2""",
        account_id,
        LINES_MOST,
    )
    return [dict(row) for row in rows]


HOLDINGS: dict[str, Holding] = {"notices": notices_of, "notice_receipts": receipts_of}
