"""What goes with an account that was closed: what it read, followed, kept and had begun to write.

Its posts stay, as a former neighbour's: others have answered them. Reactions stay counted, ballots stay cast.
"""

from uuid import UUID

from backend.core.database import execute, transaction


async def forget_reader(account_id: UUID) -> None:
    """Again, it finds nothing."""
    async with transaction():
        for table in ("thread_reader", "bookmark", "draft"):
            await execute(f"DELETE FROM {table} WHERE account = $1", account_id)
