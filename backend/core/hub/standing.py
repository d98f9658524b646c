"""Whether those who hold sockets may still: a request asks the database who calls, a socket outlives its question."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from backend.core.auth import Caller, standing_of
from backend.core.errors import Refusal, RightsChanged, Unauthenticated, Unavailable
from backend.core.failures import classify
from backend.core.hub.listener import Listener
from backend.core.logs import get_logger

CHECK_EVERY_S = 0.5
"""A sign-out, a ban or a lost role holds within a second: half of it waiting, half for the answer."""
UNCHECKED_MAX_S = 30.0
"""A database that restarts is back in two. After this, being signed in is something nobody knows."""

log = get_logger(__name__)


async def keep_checking(listeners: Callable[[], Collection[Listener]]) -> None:
    """For ever: one statement for all sockets of the process, none while there are none."""
    checked_at = time.monotonic()
    while True:
        await asyncio.sleep(CHECK_EVERY_S)
        asked = list(listeners())
        try:
            standing = await standing_of(list({it.caller.session_id for it in asked})) if asked else {}
        except Exception as error:
            if classify(error) == "bug":
                raise
            if time.monotonic() - checked_at > UNCHECKED_MAX_S:
                log.warning("sockets closed unchecked", count=len(asked), error=type(error).__name__)
                for listener in asked:
                    listener.refuse(Unavailable())
            continue
        checked_at = time.monotonic()
        for listener in asked:
            _judge(listener, standing)


def _judge(listener: Listener, standing: Mapping[UUID, Caller | Refusal]) -> None:
    found = standing.get(listener.caller.session_id, Unauthenticated())
    if isinstance(found, Refusal):
        listener.refuse(found)
    elif set(listener.caller.grants) - set(found.grants):
        # What it follows may have hung on the lost role: it comes back as who it is now.
        listener.refuse(RightsChanged())
    else:
        listener.caller = found
