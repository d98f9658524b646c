"""The live part of a process: which sockets are open, what each listens to, and what comes in for them.

Pub/sub is a hint; the database is the truth. After a commit `publish` says on the account's channel that there is
something. The process that holds the account's sockets then asks the feed of that name what is new, and asks again by
the clock and whenever Redis has been away: a lost hint costs two seconds and never an item.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
from redis.exceptions import RedisError

from backend.core.database import in_transaction
from backend.core.errors import SocketDisplaced
from backend.core.hub.channels import Channels
from backend.core.hub.feeds import Lookout, Viewer, feed_names, unread_of
from backend.core.hub.listener import Listener
from backend.core.hub.standing import keep_checking
from backend.core.live import redis
from backend.core.logs import get_logger
from backend.core.metrics import HINTS_LOST

SOCKETS_A_PERSON_MOST = 5
"""Phone, tablet, two browsers and the desk. The sixth takes the place of the oldest."""
PUBLISH_BATCH = 500
PUBLISH_WITHIN_S = 0.5
"""A hint is worth no more waiting: the clock finds what it was about."""
RESTART_AFTER_S = 1.0
ACCOUNT_PREFIX = "account:"

log = get_logger(__name__)


class _Kind(msgspec.Struct):
    type: str = ""


async def publish(account_ids: Iterable[UUID], frame: bytes) -> None:
    """Tells the sockets of these accounts, wherever they are, after the commit (inside a transaction: RuntimeError).

    A frame whose type is a feed's name is a hint: the feed is asked, and what the frame holds is not sent on. Any other
    frame is sent as it is, to whoever listens at this moment. Redis being away is no error.
    """
    if in_transaction():
        raise RuntimeError("publish() belongs after transaction(): a hint of what isn't there yet finds nothing")
    waiting = [account_channel(account_id) for account_id in account_ids]
    while waiting:
        batch, waiting = waiting[:PUBLISH_BATCH], waiting[PUBLISH_BATCH:]
        pipeline = redis().pipeline(transaction=False)
        for channel in batch:
            pipeline.publish(channel, frame)
        try:
            async with asyncio.timeout(PUBLISH_WITHIN_S):
                await pipeline.execute()
        except (RedisError, OSError, TimeoutError):
            HINTS_LOST.inc(len(batch) + len(waiting))
            return


def account_channel(account_id: UUID) -> str:
    return f"{ACCOUNT_PREFIX}{account_id}"


class Hub:
    """One a process. Nothing in it waits for a socket, and nothing in it outlives its last one."""

    def __init__(self) -> None:
        self._followers: dict[str, dict[Listener, None]] = {}
        self._channels_of: dict[Listener, set[str]] = {}
        self._channels = Channels(self._heard, self._ring)
        self._lookout = Lookout(self._deliver)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            "channels": self._channels.run,
            "feeds": self._lookout.run,
            "standing": lambda: keep_checking(self._channels_of.keys),
        }
        self._tasks = [asyncio.create_task(_kept_running(part, run)) for part, run in parts.items()]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def join(self, listener: Listener) -> dict[str, int]:
        """From here on the listener is offered what comes for its account; how much waits unread for it, by feed.

        Raises what the database raises; `leave` it then, too.
        """
        viewer = _viewer(listener)
        channel = account_channel(viewer.account_id)
        self._channels_of[listener] = set()
        self.follow(listener, channel)
        for oldest in list(self._followers[channel])[:-SOCKETS_A_PERSON_MOST]:
            oldest.refuse(SocketDisplaced())
            self.leave(oldest)
        await self._lookout.expect(viewer)
        if not self._viewed_by(viewer):
            # Displaced while it waited, and the others have left.
            self._lookout.forget(viewer)
        return await unread_of(viewer.account_id)

    def leave(self, listener: Listener) -> None:
        """Of every channel. Leaving twice, or without having joined, changes nothing."""
        channels = self._channels_of.pop(listener, None)
        if channels is None:
            return
        for channel in channels:
            followers = self._followers[channel]
            del followers[listener]
            if not followers:
                del self._followers[channel]
                self._channels.drop(channel)
        if not self._viewed_by(_viewer(listener)):
            self._lookout.forget(_viewer(listener))

    def follow(self, listener: Listener, channel: str) -> None:
        """Whoever has joined may follow more channels than their own account's; `leave` ends them all."""
        self._channels_of[listener].add(channel)
        if channel not in self._followers:
            self._followers[channel] = {}
            self._channels.want(channel)
        self._followers[channel][listener] = None

    def _heard(self, channel: str, frame: bytes) -> None:
        if _type_of(frame) in feed_names():
            self._ring(channel)
        else:
            for listener in list(self._followers.get(channel, ())):
                listener.offer(frame)

    def _ring(self, channel: str) -> None:
        """For a hint, and for a channel just subscribed: what was published before was published to nobody."""
        account_id = _account_of(channel)
        if account_id is not None and channel in self._followers:
            self._lookout.ring(account_id)

    def _deliver(self, viewer: Viewer, frame: bytes) -> None:
        for listener in self._viewed_by(viewer):
            listener.offer(frame)

    def _viewed_by(self, viewer: Viewer) -> list[Listener]:
        followers = self._followers.get(account_channel(viewer.account_id), ())
        return [listener for listener in followers if listener.locale == viewer.locale]


_open: list[Hub] = []


def open_hub() -> None:
    """The process's hub, after the pool and Redis are open and the feeds are registered."""
    if _open:
        raise RuntimeError("the hub is open already")
    _open.append(Hub())
    _open[0].start()


async def close_hub() -> None:
    while _open:
        await _open.pop().stop()


def hub() -> Hub:
    if not _open:
        raise RuntimeError("the hub is not open")
    return _open[0]


async def _kept_running(part: str, run: Callable[[], Awaitable[Any]]) -> None:
    """A part that fails by a fault of ours starts again: without it every socket would be deaf, or never checked."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("a part of the hub failed", part=part)
        await asyncio.sleep(RESTART_AFTER_S)


def _viewer(listener: Listener) -> Viewer:
    return Viewer(listener.caller.account_id, listener.locale)


def _account_of(channel: str) -> UUID | None:
    return UUID(channel.removeprefix(ACCOUNT_PREFIX)) if channel.startswith(ACCOUNT_PREFIX) else None


def _type_of(frame: bytes) -> str:
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(frame, type=_Kind).type
    return ""
