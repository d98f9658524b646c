"""Who acts in the demo, and when it happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.core.auth import Caller, Grant
from backend.core.clock import set_clock
from backend.core.database import fetchval
from backend.core.ids import new_id
from backend.identity.rules.sign_in import parse_phone
from backend.identity.service.sessions import account_of


async def caller(community: UUID, phone: str, role: str) -> Caller:
    """Somebody of the demo in one of their roles."""
    return Caller(await account_of(parse_phone(phone)), new_id(), (Grant(role, community),))


async def organisation(community: UUID, name: str | None) -> UUID | None:
    """By its name; None for a neighbour's own voice."""
    found = await fetchval("SELECT id FROM organisation WHERE community = $1 AND name = $2", community, name)
    return UUID(str(found)) if found else None


@contextmanager
def ago(how_long: timedelta) -> Iterator[None]:
    """What is written inside happened then: histories and audit lines read like weeks of work."""
    # tidy: allow clock, because this is where the clock is set
    set_clock(lambda: datetime.now(UTC) - how_long)
    try:
        yield
    finally:
        set_clock(None)
