"""What the domains hold about an account, for its owner to take away (Personal Information Protection Law, article 45).

A domain declares it as it declares its reactions: `HOLDINGS = {"notices": notices_of}`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

LINES_MOST = 2_000
"""Of each kind, the newest: a bound for one answer, far above what a person gathers."""

Holding = Callable[[UUID], Awaitable[list[dict[str, Any]]]]
"""Takes an account; at most LINES_MOST rows, newest first, in one statement. No secret of anybody else is in them."""

_holdings: dict[str, Holding] = {}


def register_holdings(holdings: Mapping[str, Holding]) -> None:
    """Adds a domain's. Registering the same one twice changes nothing."""
    _holdings.update(holdings)


async def held_about(account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """By name; one statement each."""
    return {name: await ask(account_id) for name, ask in sorted(_holdings.items())}
