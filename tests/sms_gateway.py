"""A text-message gateway on loopback: takes what Linli sends, and fails in the ways gateways fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

TOKEN = "gateway-secret"


@dataclass
class Gateway:
    """`sent` are the messages taken; `fail_next` answers the next request with that status, or 0 to hang up."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    fail_next: list[int] = field(default_factory=list)

    def code(self) -> str:
        """The six digits of the newest message."""
        return "".join(c for c in self.sent[-1]["text"] if c.isdigit())[:6]


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    running = Gateway()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
        body = msgspec.json.decode(await reader.readexactly(length))
        status = running.fail_next.pop(0) if running.fail_next else 202
        if f"bearer {TOKEN}" not in head:
            status = 401
        if status == 202:
            running.sent.append(body)
        else:
            running.refused.append(status)
        if status:
            writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    running.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/messages"
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()
