"""The doors of media. What you may not see reads like what is not there."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.media import rules


async def medium_of(caller: Caller, media_id: UUID) -> Record:
    """The caller's own medium in any state. Raises NotFound."""
    row = await fetchrow("SELECT * FROM medium WHERE id = $1 AND owner = $2", media_id, caller.account_id)
    if row is None:
        raise NotFound()
    return row


async def medium_shown_to(who: Callable[[], Awaitable[Caller | None]], media_id: UUID) -> Record:
    """A ready medium: public ones to anybody (`who` isn't even asked), all others to their owner. Raises NotFound."""
    row = await fetchrow(
        "SELECT id, owner, file, purpose, kind, name, variants FROM medium WHERE id = $1 AND state = 'ready'", media_id
    )
    if row is None:
        raise NotFound()
    if row["purpose"] != rules.PUBLIC:
        caller = await who()
        if caller is None or caller.account_id != row["owner"]:
            raise NotFound()
    return row
