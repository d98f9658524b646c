"""Bytes that no websocket library would send, and what they do to the others: nothing."""

import asyncio
import json
import os
import random
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from litestar import Litestar

from tests.core.lines import Exchange, Served, hello
from tests.house import House
from tests.parts.running import on_this_machine

HEAD = (
    b"GET /api/v1/socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
TEXT, BYTES, CLOSE, PING, PONG, CONTINUED = 1, 2, 8, 9, 10, 0
MASK = b"\x01\x02\x03\x04"
HOSTILE = 20
ROUNDS = 6


def raw(opcode: int, body: bytes, *, fin: bool = True, masked: bool = True, rsv: int = 0, length: int = -1) -> bytes:
    """A frame as written by hand; `length` may lie."""
    size = len(body) if length < 0 else length
    bit = 0x80 if masked else 0
    if size < 126:
        head = bytes([bit | size])
    elif size < 65_536:
        head = bytes([bit | 126]) + struct.pack("!H", size)
    else:
        head = bytes([bit | 127]) + struct.pack("!Q", size)
    masked_body = bytes(byte ^ MASK[at % 4] for at, byte in enumerate(body)) if masked else body
    return bytes([(0x80 if fin else 0) | rsv << 4 | opcode]) + head + (MASK if masked else b"") + masked_body


@dataclass
class Wire:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def is_ended(self) -> bool:
        """Whether the server has closed it, rather than waiting."""
        async with asyncio.timeout(on_this_machine(8)):
            try:
                while await self.reader.read(65_536):
                    pass
            except ConnectionError:
                return True
        return True


@asynccontextmanager
async def wire(exchange: Exchange) -> AsyncIterator[Wire]:
    """Shaken hands; everything after that is up to the test."""
    reader, writer = await asyncio.open_connection("127.0.0.1", exchange.port)
    writer.write(HEAD)
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101"), answer
    yield Wire(reader, writer)
    writer.close()


BROKEN: dict[str, bytes] = {
    "no mask": raw(TEXT, b"{}", masked=False),
    "a continuation of nothing": raw(CONTINUED, b"{}"),
    "a start within a start": raw(TEXT, b"{", fin=False) + raw(TEXT, b"}"),
    "no UTF-8": raw(TEXT, b"\xff\xfe{}"),
    "UTF-8 cut in two and never mended": raw(TEXT, b"\xe9", fin=False) + raw(CONTINUED, b"x"),
    "a surrogate": raw(TEXT, b'"\xed\xa0\x80"'),
    "a reserved bit": raw(TEXT, b"{}", rsv=4),
    "a reserved opcode": raw(3, b"{}"),
    "a long ping": raw(PING, b"x" * 126),
    "half a ping": raw(PING, b"x", fin=False),
    "a close of one byte": raw(CLOSE, b"x"),
    "a close with a code that is none": raw(CLOSE, struct.pack("!H", 999)),
    "a close in bad UTF-8": raw(CLOSE, struct.pack("!H", 1000) + b"\xff"),
    "a length that lies": raw(TEXT, b"{}", length=65_537),
    "the longest length": raw(TEXT, b"{}", length=2**63 - 1),
    "more than fits, in pieces": raw(TEXT, b"x" * 40_000, fin=False) + raw(CONTINUED, b"x" * 40_000),
    "noise": random.Random(1).randbytes(3000),
    "another request": HEAD,
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
async def test_broken_bytes_end_the_socket_quietly(
    house: House, exchange: Exchange, quiet_log: None, sent: bytes
) -> None:
    async with wire(exchange) as line:
        line.writer.write(sent)
        assert await line.is_ended()


async def test_a_frame_in_single_bytes_is_a_frame(house: House, exchange: Exchange, quiet_log: None) -> None:
    async with wire(exchange) as line:
        body = b'{"type": "hello", "token": "x"}'
        pieces = [raw(TEXT, body[:1], fin=False)] + [raw(CONTINUED, body[n : n + 1], fin=False) for n in range(1, 30)]
        line.writer.write(b"".join(pieces) + raw(CONTINUED, body[30:]))
        assert b"core.unauthenticated" in await line.reader.read(400) or b"session_ended" in await line.reader.read(400)


async def test_a_half_open_socket_is_noticed(router: Litestar, house: House, quiet_log: None) -> None:
    """Nothing is closed and nothing answers: a phone that went under the ground."""
    person = await house.guest()
    async with Served(router, ping_every_s=1) as served, served.exchange.greeted(person) as healthy:
        async with wire(served.exchange) as line:
            line.writer.write(raw(TEXT, json.dumps(hello(person)).encode()))
            began = asyncio.get_running_loop().time()
            assert await line.is_ended()
            assert asyncio.get_running_loop().time() - began > 1
        assert (await healthy.ask({"type": "ping", "n": 1}))["n"] == 1


async def test_hostile_sockets_beside_a_healthy_one(house: House, exchange: Exchange, quiet_log: None) -> None:
    chance = random.Random()
    person = await house.guest()
    async with exchange.greeted(person) as healthy:
        slowest = 0.0
        for n in range(ROUNDS):
            await asyncio.gather(*(attack(exchange, chance) for _ in range(HOSTILE)))
            began = asyncio.get_running_loop().time()
            assert await healthy.ask({"type": "ping", "n": n}) == {"type": "pong", "n": n}
            slowest = max(slowest, asyncio.get_running_loop().time() - began)
        assert slowest < on_this_machine(0.5)
        async with exchange.line() as late:
            assert (await late.ask(hello(person)))["type"] == "ready"


async def attack(exchange: Exchange, chance: random.Random) -> None:
    """One socket that says whatever; it may end whenever."""
    async with wire(exchange) as line:
        for _ in range(chance.randrange(1, 30)):
            sent = chance.choice(list(BROKEN.values()))
            if chance.random() < 0.5:
                sent = sent[: chance.randrange(len(sent))] + os.urandom(chance.randrange(20))
            line.writer.write(sent)
            if line.writer.transport.is_closing():
                return
            await asyncio.sleep(0)
