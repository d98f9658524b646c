"""Small real HTTP servers on loopback: what stands in for the services outside, with the ways they fail."""

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

STALL_S = 30.0
BROKEN_OFF = (OSError, asyncio.IncompleteReadError, asyncio.CancelledError)
"""How a connection ends when a client is killed, or the test is over."""


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def raw(self) -> bytes:
        """Every byte of it, for those who look for what must not be there."""
        return repr((self.method, self.path, self.headers)).encode() + self.body


@dataclass(frozen=True)
class Answer:
    """`stall` never answers, `reset` breaks the connection, `cut` says 200 and hangs up in the middle."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    fault: Literal["", "stall", "reset", "cut"] = ""


STALL, RESET, CUT = Answer(fault="stall"), Answer(fault="reset"), Answer(fault="cut")
Serve = Callable[[Request], Answer]


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class Pace:
    """How a service answers: `delay_s` is the longest that it takes; while `open` is unset there is no answer."""

    delay_s: float = 0.0
    open: asyncio.Event = field(default_factory=_set_event)
    chance: random.Random = field(default_factory=random.Random)


Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Connected, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port; at the end every connection is closed and every task has ended."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            # A client that is killed breaks off wherever it likes.
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError
            ):
                await serve(reader, writer)
        finally:
            tasks.discard(task)
            writer.close()
            with contextlib.suppress(*BROKEN_OFF):
                await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls, backlog=512)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def http(serve: Serve, service: Pace) -> Connected:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        method, path, _ = head.split()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        answer = serve(Request(method, path, headers, body))
        await service.open.wait()
        if service.delay_s:
            await asyncio.sleep(service.chance.uniform(0, service.delay_s))
        if answer.fault == "stall":
            await asyncio.sleep(STALL_S)
        if answer.fault == "reset":
            writer.transport.abort()
            return
        body = b"x" * 10 if answer.fault == "cut" else answer.body
        length = 1000 if answer.fault == "cut" else len(body)
        fields = {"content-length": str(length), "connection": "close", **answer.headers}
        wire = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"HTTP/1.1 {answer.status or 200} X\r\n{wire}\r\n".encode() + body)
        await writer.drain()

    return connected
