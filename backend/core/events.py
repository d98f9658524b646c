"""What has happened, and what follows: `emit` stores one job per reaction with the rows of the same transaction.

So an effect is never lost (the job commits with its cause) and never early (it is invisible until then).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, get_type_hints

import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.queries import Queries

from backend.core.database import connection


class Event(msgspec.Struct, frozen=True):
    """A fact in the past tense, ids only: a reader looks the rest up again and may find nothing."""


Reaction = Callable[[Any], Awaitable[None]]
"""Takes one event. Runs at least once, so doing it again must change nothing."""

_reactions: dict[type[Event], list[Reaction]] = {}


def register(reactions: Mapping[type[Event], Sequence[Reaction]]) -> None:
    """Adds a domain's table of what follows. Registering the same one twice changes nothing."""
    for event, following in reactions.items():
        known = _reactions.setdefault(event, [])
        known.extend(reaction for reaction in following if reaction not in known)


def registered() -> dict[str, tuple[type[Event], Reaction]]:
    """Job name → the event it takes and the reaction that runs: what a worker serves."""
    return {
        job_name(reaction): (_event_of(reaction), reaction)
        for following in _reactions.values()
        for reaction in following
    }


def job_name(reaction: Reaction) -> str:
    """`identity.tell_applicant`: the domain and the function, stable across moves between files."""
    return f"{reaction.__module__.split('.')[1]}.{reaction.__name__}"


async def emit(*events: Event, after: timedelta | None = None) -> None:
    """Stores the events' jobs in the open transaction, due now or `after` a delay. RuntimeError outside one."""
    conn = connection()
    jobs = [(job_name(reaction), event) for event in events for reaction in _reactions.get(type(event), [])]
    if not jobs:
        return
    await Queries(AsyncpgDriver(conn)).enqueue(
        [name for name, _ in jobs],
        [msgspec.json.encode(event) for _, event in jobs],
        [0] * len(jobs),
        execute_after=[after] * len(jobs),
    )


def _event_of(reaction: Reaction) -> type[Event]:
    hints = get_type_hints(reaction)
    (event,) = [kind for name, kind in hints.items() if name != "return"]
    return event
