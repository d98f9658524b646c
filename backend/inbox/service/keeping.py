"""Old items go: two months after reading, three when nobody read them, twelve when they prove something."""

from backend.core.clock import now
from backend.core.database import execute, transaction
from backend.inbox.rules import PURGE_BATCH, READ_KEPT, UNREAD_KEPT


async def purge_old_items() -> None:
    """For a daily schedule. What was merged into an item goes with it, and so do its deliveries."""
    while True:
        moment = now()
        async with transaction():
            gone = await execute(
                """DELETE FROM inbox_item WHERE id IN (
                       SELECT id FROM inbox_item
                       WHERE merged_into IS NULL AND created_at < $1 AND (kept_until IS NULL OR kept_until < $3)
                         AND (read_at < $1 OR told_at < $2)
                       ORDER BY created_at LIMIT $4 FOR UPDATE SKIP LOCKED)""",
                moment - READ_KEPT,
                moment - UNREAD_KEPT,
                moment,
                PURGE_BATCH,
            )
        if int(gone.split()[-1]) < PURGE_BATCH:
            return
