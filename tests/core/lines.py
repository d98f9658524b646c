"""A real uvicorn on loopback around the house's application, and clients that speak to its socket."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import uvicorn
from litestar import Litestar
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from backend.app import guarded
from backend.commands.serve import PING_EVERY_S, server_config
from backend.core.hub import account_channel
from backend.core.live import redis
from backend.settings import settings
from tests.house import Neighbour

HEARD_WITHIN_S = 20.0
QUIET_S = 0.3
LINLI = Subprotocol("linli.v1")


@dataclass
class Line:
    """One open socket, as a phone holds it."""

    connection: ClientConnection

    async def say(self, frame: Any) -> None:
        await self.connection.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def hear(self, within_s: float = HEARD_WITHIN_S) -> dict[str, Any]:
        async with asyncio.timeout(within_s):
            return json.loads(await self.connection.recv())

    async def ask(self, frame: Any) -> dict[str, Any]:
        await self.say(frame)
        return await self.hear()

    async def is_quiet(self, for_s: float = QUIET_S) -> bool:
        try:
            await self.hear(for_s)
        except TimeoutError:
            return True
        return False

    async def closed(self, within_s: float = HEARD_WITHIN_S) -> tuple[int, str, list[dict[str, Any]]]:
        """The close's code and reason, and the frames that came before it."""
        frames = []
        try:
            while True:
                frames.append(await self.hear(within_s))
        except ConnectionClosed as ended:
            assert ended.rcvd is not None, "cut without a close frame"
            return ended.rcvd.code, ended.rcvd.reason, frames


class Exchange:
    """The address of a running server."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/v1/socket"

    @asynccontextmanager
    async def line(self, path: str = "", **options: Any) -> AsyncIterator[Line]:
        """Accepted, but silent so far."""
        options = {"subprotocols": [LINLI], "compression": None, "max_size": None} | options
        async with connect(self.url + path, **options) as connection:
            yield Line(connection)

    @asynccontextmanager
    async def greeted(self, person: Neighbour, **options: Any) -> AsyncIterator[Line]:
        async with self.line(**options) as line:
            await line.say(hello(person))
            ready = await line.hear()
            assert ready["type"] == "ready", ready
            yield line


def hello(person: Neighbour, **more: Any) -> dict[str, Any]:
    return {"type": "hello", "token": person.token, "device": "test", "cursors": {}, **more}


async def subscribed(person: Neighbour) -> None:
    """Until what is published for this person reaches the house's sockets."""
    async with asyncio.timeout(HEARD_WITHIN_S):
        while (await redis().pubsub_numsub(account_channel(person.account_id)))[0][1] == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Served:
    """uvicorn on this test's loop, over an application whose parts are open already."""

    def __init__(self, router: Litestar, *, ping_every_s: float = PING_EVERY_S) -> None:
        config = server_config(settings())
        config.ws_ping_interval = config.ws_ping_timeout = ping_every_s
        config.app, config.factory, config.lifespan = guarded(router), False, "off"
        self._server = uvicorn.Server(config)
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self.exchange = Exchange(self._listening.getsockname()[1])

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listening]))
        while not self._server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return self

    @property
    def connections(self) -> int:
        """That the server holds, whatever the application has forgotten."""
        return len(self._server.server_state.connections)

    async def stop(self) -> None:
        """As SIGTERM does."""
        self._server.should_exit = True
        await self._serving

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


def nested(depth: int) -> str:
    return '{"type": "ping", "n": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


def stranger() -> str:
    return str(uuid4())
