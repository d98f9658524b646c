"""Between the application and PostgreSQL: delivers a COMMIT, waits until it has happened, and keeps the answer."""

import asyncio
import contextlib
from pathlib import Path
from typing import Self

COMMIT = b"COMMIT"
PIECE_BYTES = 65_536


class CuttingProxy:
    """`cut_next` armed, the next COMMIT's answer never arrives: the only cheap way to "committed but not told"."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self.cut_next = False
        self.cuts = 0
        self._links: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.current_task()
        assert link is not None
        self._links.add(link)
        try:
            await self._carry(reader, writer)
        finally:
            self._links.discard(link)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(str(self._socket))
        answers = asyncio.create_task(_pump(from_server, writer))
        try:
            while piece := await reader.read(PIECE_BYTES):
                # asyncpg sends it alone, as a simple query: never split, never behind another statement.
                cutting = self.cut_next and COMMIT in piece
                if cutting:
                    self.cut_next = False
                    answers.cancel()
                    await asyncio.gather(answers, return_exceptions=True)
                to_server.write(piece)
                await to_server.drain()
                if cutting:
                    assert await from_server.read(PIECE_BYTES), "PostgreSQL left before it had committed"
                    self.cuts += 1
                    return
        except ConnectionError:
            return
        finally:
            answers.cancel()
            for end in (writer, to_server):
                end.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await asyncio.gather(writer.wait_closed(), to_server.wait_closed(), return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()
