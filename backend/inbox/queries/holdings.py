"""What the bell holds about an account."""

from typing import Any
from uuid import UUID

import msgspec

from backend.core.database import fetch
from backend.core.holdings import LINES_MOST, Holding


async def items_of(account_id: UUID) -> list[dict[str, Any]]:
    rows = await fetch(
        """SELECT kind, subject_kind, subject_id, params, told_at, read_at FROM inbox_item
           WHERE account = $1 AND retracted_at IS NULL ORDER BY told_at DESC, id DESC LIMIT $2""",
        account_id,
        LINES_MOST,
    )
    return [{**dict(row), "params": msgspec.json.decode(row["params"])} for row in rows]


async def preferences_of(account_id: UUID) -> list[dict[str, Any]]:
    rows = await fetch(
        """SELECT quiet, quiet_from_min, quiet_until_min, choices, changed_at FROM inbox_preference
           WHERE account = $1 LIMIT $2""",
        account_id,
        LINES_MOST,
    )
    return [{**dict(row), "choices": msgspec.json.decode(row["choices"])} for row in rows]


async def devices_of(account_id: UUID) -> list[dict[str, Any]]:
    """Without their tokens, which open nothing for their owner."""
    rows = await fetch(
        "SELECT provider, created_at, seen_at FROM device WHERE account = $1 ORDER BY id DESC LIMIT $2",
        account_id,
        LINES_MOST,
    )
    return [dict(row) for row in rows]


HOLDINGS: dict[str, Holding] = {
    "inbox_items": items_of,
    "inbox_preferences": preferences_of,
    "push_devices": devices_of,
}
