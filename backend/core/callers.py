"""Who has called a moment ago: the database isn't asked again within the same second (decision 0016).

What takes a right away says so by `forget_callers`, and this process asks again at the next request; the others do
when the second is over.
"""

import time
from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import after_commit
from backend.settings import settings

REMEMBERED_MOST = 4096
"""A kilobyte each; more people than that don't call one process within a second."""


class CallerMemory:
    """Callers by session and account, for `caller_memory_s` from before the database was asked."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, UUID], tuple[float, Caller]] = {}
        self._forgotten = 0

    def get(self, session_id: UUID, account_id: UUID) -> Caller | None:
        found = self._known.get((session_id, account_id))
        if found is None or found[0] + settings().caller_memory_s <= time.monotonic():
            return None
        return found[1]

    def question(self) -> tuple[float, int]:
        """Taken before the database is asked; `keep` wants it back."""
        return time.monotonic(), self._forgotten

    def keep(self, caller: Caller, asked: tuple[float, int]) -> None:
        at, forgotten = asked
        if forgotten != self._forgotten or settings().caller_memory_s == 0:
            # While the answer was on its way, somebody lost a right: it may be older than that.
            return
        key = (caller.session_id, caller.account_id)
        self._known.pop(key, None)
        while len(self._known) >= REMEMBERED_MOST:
            # In order of keeping: the first is the oldest.
            del self._known[next(iter(self._known))]
        self._known[key] = (at, caller)

    def forget(self) -> None:
        """Everybody: who loses what is not always one account, and asking again costs one statement each."""
        self._known.clear()
        self._forgotten += 1


CALLERS = CallerMemory()


def forget_callers() -> None:
    """When the open transaction has committed: what it changed says who may call, and what they may do."""
    after_commit(CALLERS.forget)
