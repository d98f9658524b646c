"""One Redis connection that listens for the whole process, comes back by itself and says who may have missed what."""

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from backend.core.live import SOCKET_TIMEOUT_S, listening_client
from backend.core.logs import get_logger
from backend.core.metrics import HUB

ALWAYS_SUBSCRIBED = "linli:hub"
"""A connection that listens to nothing can't be told from one that hears nothing."""
PING_EVERY_S = 2.0
SILENT_MAX_S = 6.0
"""Three pings without an answer: the link is half open, or Redis stands still."""
WAIT_FIRST_S = 0.1
WAIT_MAX_S = 2.0
"""Between two attempts. Meanwhile the feeds are asked by the clock, so nothing is lost by waiting."""
CHANNELS_A_COMMAND = 500

log = get_logger(__name__)


class Channels:
    """`heard` gets every message, `subscribed` every channel from whose next message on nothing is missed."""

    def __init__(self, heard: Callable[[str, bytes], None], subscribed: Callable[[str], None]) -> None:
        self._heard = heard
        self._subscribed = subscribed
        self._wanted: set[str] = set()
        self._touched: set[str] = set()
        self._changed = asyncio.Event()
        self._wait_s = WAIT_FIRST_S

    def want(self, channel: str) -> None:
        self._wanted.add(channel)
        self._touch(channel)

    def drop(self, channel: str) -> None:
        self._wanted.discard(channel)
        self._touch(channel)

    async def run(self) -> None:
        """One connection after another, for ever; the first one when somebody wants a channel."""
        while True:
            while not self._wanted:
                self._changed.clear()
                await self._changed.wait()
            try:
                await self._serve_connection()
            except* (RedisError, OSError, TimeoutError):
                if self._wait_s == WAIT_FIRST_S:
                    log.warning("hints from redis have stopped")
            await asyncio.sleep(self._wait_s * random.uniform(0.5, 1))
            self._wait_s = min(self._wait_s * 2, WAIT_MAX_S)

    async def _serve_connection(self) -> None:
        client = listening_client()
        try:
            async with client.pubsub() as pubsub:
                async with asyncio.timeout(SOCKET_TIMEOUT_S):
                    await pubsub.subscribe(ALWAYS_SUBSCRIBED)
                HUB.set(1)
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._listen(pubsub))
                    both.create_task(self._keep_subscribed(pubsub))
        finally:
            HUB.set(0)
            await client.aclose()

    async def _listen(self, pubsub: PubSub) -> None:
        now = asyncio.get_running_loop().time
        heard_at = now()
        while True:
            message: Any = await pubsub.get_message(timeout=PING_EVERY_S)
            if message is None:
                if now() - heard_at > SILENT_MAX_S:
                    raise TimeoutError
                continue
            heard_at = now()
            self._wait_s = WAIT_FIRST_S
            if message["type"] == "message":
                self._heard(message["channel"].decode(), message["data"])
            elif message["type"] == "subscribe":
                self._subscribed(message["channel"].decode())

    async def _keep_subscribed(self, pubsub: PubSub) -> None:
        """Brings the connection's channels to what is wanted; alone with it, so nothing is sent in between."""
        have: set[str] = set()
        self._touched = set(self._wanted)
        while True:
            touched, self._touched = self._touched, set()
            self._changed.clear()
            for channels in _batches((touched & self._wanted) - have):
                await pubsub.subscribe(*channels)
                have.update(channels)
            for channels in _batches((touched & have) - self._wanted):
                await pubsub.unsubscribe(*channels)
                have.difference_update(channels)
            try:
                async with asyncio.timeout(PING_EVERY_S):
                    await self._changed.wait()
            except TimeoutError:
                await pubsub.ping()

    def _touch(self, channel: str) -> None:
        self._touched.add(channel)
        self._changed.set()


def _batches(channels: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(channels)
    while batch := list(islice(waiting, CHANNELS_A_COMMAND)):
        yield batch
