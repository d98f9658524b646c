"""Who acts in the demo, and when it happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.core.auth import Caller, Grant
from backend.core.clock import set_clock
from backend.core.ids import new_id
from backend.identity.rules.sign_in import parse_phone
from backend.identity.service.sessions import account_of


async def caller(community: UUID, phone: str, role: str) -> Caller:
    """Somebody of the demo in one of their roles."""
    return Caller(await account_of(parse_phone(phone)), new_id(), (Grant(role, community),))


@contextmanager
def ago(how_long: timedelta) -> Iterator[None]:
    """What is written inside happened then: histories and audit lines read like weeks of work."""
    # tidy: allow clock, because this is where the clock is set
    set_clock(lambda: datetime.now(UTC) - how_long)
    try:
        yield
    finally:
        set_clock(None)
