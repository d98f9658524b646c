"""Items are read in the list, or by opening what they are about."""

from datetime import datetime
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute
from backend.core.hub import publish
from backend.inbox.rules import ACKNOWLEDGED_KEPT
from backend.inbox.schemas import InboxRead
from backend.inbox.service.telling import HINT


async def mark_read(account_id: UUID, asked: InboxRead) -> None:
    """These, or all up to a moment; the account's other devices are told. Others' ids and read ones are passed over."""
    if asked.item_ids:
        await execute(
            """UPDATE inbox_item SET read_at = $3, changed_at = $3
               WHERE account = $1 AND id = ANY($2) AND read_at IS NULL""",
            account_id, list(asked.item_ids), now(),
        )  # fmt: skip
    if asked.until is not None:
        await _mark_until(account_id, asked.until)
    await publish([account_id], HINT)


async def mark_read_about(account_id: UUID, subject_id: UUID, *, keep: bool = False) -> None:
    """Opening it is reading it. `keep` is for what was acknowledged: proof for a year. One statement."""
    moment = now()
    await execute(
        """UPDATE inbox_item SET read_at = coalesce(read_at, $3), kept_until = coalesce(kept_until, $4),
                                 changed_at = CASE WHEN read_at IS NULL THEN $3 ELSE changed_at END
           WHERE account = $1 AND subject_id = $2
             AND (read_at IS NULL OR ($4::timestamptz IS NOT NULL AND kept_until IS NULL))""",
        account_id, subject_id, moment, moment + ACKNOWLEDGED_KEPT if keep else None,
    )  # fmt: skip


async def _mark_until(account_id: UUID, until: datetime) -> None:
    await execute(
        "UPDATE inbox_item SET read_at = $3, changed_at = $3 WHERE account = $1 AND told_at <= $2 AND read_at IS NULL",
        account_id, until, now(),
    )  # fmt: skip
