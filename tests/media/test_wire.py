"""Over a real socket, with the server that `linli serve` runs: what a client sees that sends too much."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from litestar import Litestar

from backend.app import guarded
from backend.media import rules
from tests.house import House
from tests.media.conftest import Album, rows, stored_files, until_stored
from tests.media.drawing import photo
from tests.media.forms import FORM, part

PIECE = bytes(65_536)
BUFFERED_BYTES = 8 * 1024 * 1024
"""What the two sockets and the server may hold beyond what the application has read."""


@pytest.fixture
async def port(unhurried: None, router: Litestar, house: House) -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # The house has opened the pools already: no lifespan here.
        server = uvicorn.Server(uvicorn.Config(guarded(router), lifespan="off", log_config=None))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await running


async def send_endlessly(port: int, album: Album, begin: bytes) -> tuple[bytes, int]:
    """The first line of the answer, and how many bytes were taken before it came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /api/v1/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {album.person.token}\r\n"
        f"Content-Type: {FORM['Content-Type']}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    writer.write(head.encode())
    answering = asyncio.create_task(reader.readline())
    sent = 0
    try:
        for piece in (begin, *[PIECE] * 800):
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
            sent += len(piece)
            if answering.done():
                break
    except ConnectionError:
        pass  # the server has hung up, having answered
    try:
        return await answering, sent
    finally:
        writer.close()


async def test_too_long_a_file_is_answered_before_it_has_been_sent(port: int, album: Album) -> None:
    line, sent = await send_endlessly(port, album, part("file", b"")[:-2] + photo())
    assert line.startswith(b"HTTP/1.1 413")
    assert sent < rules.MAX_FILE_BYTES + BUFFERED_BYTES
    assert (await rows(), stored_files()) == (0, [])


async def test_what_is_no_picture_is_answered_at_its_first_bytes(port: int, album: Album) -> None:
    line, sent = await send_endlessly(port, album, part("file", b"")[:-2] + b"MZ\x90\0" + bytes(20))
    assert line.startswith(b"HTTP/1.1 415")
    assert sent < BUFFERED_BYTES
    assert (await rows(), stored_files()) == (0, [])


async def test_a_client_that_leaves_in_the_middle_leaves_nothing(port: int, album: Album) -> None:
    for cut in (10, 200, 5_000):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        body = part("file", photo(width=900, height=900))[:cut]
        writer.write(
            f"POST /api/v1/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {album.person.token}\r\n"
            f"Content-Type: {FORM['Content-Type']}\r\nContent-Length: 90000\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
    await asyncio.sleep(0.2)
    await until_stored(0)
    assert await rows() == 0
