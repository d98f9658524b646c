"""A closed account is told nothing more, and nothing of what it was told stays."""

from uuid import UUID

from backend.core.database import execute, transaction


async def forget_account(account_id: UUID) -> None:
    """Items with their deliveries, choices, devices. Again, it finds nothing."""
    async with transaction():
        for table in ("inbox_item", "inbox_preference", "device"):
            await execute(f"DELETE FROM {table} WHERE account = $1", account_id)
