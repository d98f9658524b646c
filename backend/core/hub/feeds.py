"""What accounts are told live out of the database: a hint says when to look, the clock looks without one."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from backend.core.clock import now
from backend.core.failures import classify
from backend.core.logs import get_logger
from backend.core.sentences import LOCALES, Locale

LOOK_EVERY_S = 2.0
"""How late a change comes at worst: its hint was lost, or Redis is away."""
OVERLAP = timedelta(seconds=15)
"""Rows carry the time of their writing and appear at their commit, later and in another order. No transaction of ours
is open for longer."""
VIEWERS_A_LOOK = 2000

log = get_logger(__name__)


class Viewer(NamedTuple):
    """Whom a frame is for: sentences in it are in one language."""

    account_id: UUID
    locale: Locale


Changes = Mapping[Hashable, Mapping[str, Any]]
"""Frames, oldest first, each under a key that the same change has whenever it is found, and that no other has."""


@dataclass(frozen=True)
class Feed:
    """A domain's news for accounts.

    `name` is the type of its frames and its key in `ready.unread`. `unread` counts for one account, in one statement.
    `changes` finds what has changed after a moment, for all viewers in a bounded number of statements; those for whom
    nothing has are left out.
    """

    name: str
    unread: Callable[[UUID], Awaitable[int]]
    changes: Callable[[Sequence[Viewer], datetime], Awaitable[Mapping[Viewer, Changes]]]


_feeds: dict[str, Feed] = {}


def register_feeds(feeds: Iterable[Feed]) -> None:
    """Adds a domain's feeds. Registering the same one twice changes nothing."""
    _feeds.update({feed.name: feed for feed in feeds})


def feed_names() -> Collection[str]:
    return _feeds.keys()


async def unread_of(account_id: UUID) -> dict[str, int]:
    """By feed; one statement each."""
    return {feed.name: await feed.unread(account_id) for feed in _feeds.values()}


class Lookout:
    """Looks for changes for the viewers that are expected here, and delivers each of them once."""

    def __init__(self, deliver: Callable[[Viewer, bytes], None]) -> None:
        self._expected: set[Viewer] = set()
        self._watches = [_Watch(feed, deliver) for feed in _feeds.values()]
        self._rung: set[UUID] = set()
        self._bell = asyncio.Event()

    async def expect(self, viewer: Viewer) -> None:
        """What changes from now on is delivered; what has changed before is in the account's unread count."""
        if viewer in self._expected:
            return
        for watch in self._watches:
            await watch.start(viewer)
        self._expected.add(viewer)
        # A hint may have come while it was not expected yet.
        self.ring(viewer.account_id)

    def forget(self, viewer: Viewer) -> None:
        self._expected.discard(viewer)
        for watch in self._watches:
            watch.stop(viewer)

    def ring(self, account_id: UUID) -> None:
        """A hint: look at this account now."""
        self._rung.add(account_id)
        self._bell.set()

    async def run(self) -> None:
        """For ever. Hints that come while one look is under way wait for the next, all together."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._bell.wait()
            self._bell.clear()
            rung, self._rung = self._rung, set()
            if clock() >= due:
                await self._look(list(self._expected), everywhere=True)
                due = clock() + LOOK_EVERY_S * random.uniform(0.8, 1)
            else:
                viewers = [Viewer(account_id, locale) for account_id in rung for locale in LOCALES]
                await self._look([viewer for viewer in viewers if viewer in self._expected], everywhere=False)

    async def _look(self, viewers: Sequence[Viewer], *, everywhere: bool) -> None:
        for watch in self._watches:
            try:
                await watch.look(viewers, everywhere=everywhere)
            except Exception as error:
                # The next look everywhere begins where the last good one did.
                if classify(error) == "bug":
                    raise
                log.warning("a feed could not be asked", part=watch.feed.name, error=type(error).__name__)


class _Watch:
    """One feed: when everybody was last looked at, and the keys of what each viewer was told since shortly before."""

    def __init__(self, feed: Feed, deliver: Callable[[Viewer, bytes], None]) -> None:
        self.feed = feed
        self._deliver = deliver
        self._looked_at = now()
        self._told: dict[Viewer, frozenset[Hashable]] = {}

    async def start(self, viewer: Viewer) -> None:
        found = await self._changes([viewer])
        # Two sockets may open at once: what came between the two answers is news to the first.
        self._told.setdefault(viewer, frozenset(found.get(viewer, ())))

    def stop(self, viewer: Viewer) -> None:
        self._told.pop(viewer, None)

    async def look(self, viewers: Sequence[Viewer], *, everywhere: bool) -> None:
        began = now()
        for at in range(0, len(viewers), VIEWERS_A_LOOK):
            asked = viewers[at : at + VIEWERS_A_LOOK]
            found = await self._changes(asked)
            for viewer in asked:
                self._tell(viewer, found.get(viewer, {}), everywhere=everywhere)
        if everywhere:
            self._looked_at = began

    def _tell(self, viewer: Viewer, changes: Changes, *, everywhere: bool) -> None:
        told = self._told.get(viewer)
        if told is None:
            return
        for key, frame in changes.items():
            if key not in told:
                self._deliver(viewer, msgspec.json.encode(frame))
        # After a look everywhere, what is older than the overlap will not be found again.
        self._told[viewer] = frozenset(changes) if everywhere else told.union(changes)

    async def _changes(self, viewers: Sequence[Viewer]) -> Mapping[Viewer, Changes]:
        return await self.feed.changes(viewers, self._looked_at - OVERLAP)
