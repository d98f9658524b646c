"""Who may open a socket at all: hostile heads, other sites, too many from one address."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from backend.core import handshakes
from backend.core.handshakes import SILENT_AN_ADDRESS_MOST
from tests.core.lines import Exchange, Line, hello
from tests.house import House

HEAD = b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
PATH = b"/api/v1/socket"


async def status_of(exchange: Exchange, origin: str | None) -> int:
    try:
        async with connect(exchange.url, origin=origin, compression=None):  # type: ignore[arg-type]
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def test_a_page_of_ours_may_and_another_site_may_not(house: House, exchange: Exchange, quiet_log: None) -> None:
    assert await status_of(exchange, None) == 101
    assert await status_of(exchange, f"http://127.0.0.1:{exchange.port}") == 101
    for origin in ("http://evil.test", f"http://127.0.0.1:{exchange.port + 1}", "null", "http://[", "file://"):
        assert await status_of(exchange, origin) == 403, origin


async def test_a_refusal_before_the_handshake_is_a_problem(house: House, exchange: Exchange) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(exchange.url, origin="http://evil.test", additional_headers={"Accept-Language": "en"})  # type: ignore[arg-type]
    response = refused.value.response
    assert response.headers["content-type"] == "application/problem+json"
    assert b'"code":"core.forbidden"' in (response.body or b"")


async def test_another_subprotocol_is_not_spoken(house: House, exchange: Exchange, quiet_log: None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(exchange.url, subprotocols=[Subprotocol("linli.v2")])
    assert refused.value.response.status_code == 400
    async with exchange.line(subprotocols=[Subprotocol("linli.v2"), Subprotocol("linli.v1")]) as line:
        assert line.connection.subprotocol == "linli.v1"


async def test_fifty_silent_sockets_of_an_address(house: House, exchange: Exchange, quiet_log: None) -> None:
    person = await house.guest()
    async with AsyncExitStack() as stack:
        lines: list[Line] = [await stack.enter_async_context(exchange.line()) for _ in range(SILENT_AN_ADDRESS_MOST)]
        assert await status_of(exchange, None) == 429
        assert (await lines[0].ask(hello(person)))["type"] == "ready"
        # Whoever has said who it is makes room for the next.
        async with exchange.line() as line:
            assert (await line.ask(hello(person)))["type"] == "ready"
    async with asyncio.timeout(10):
        while handshakes._silent or handshakes._places:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


HOSTILE_HEADS: dict[str, bytes] = {
    "another path": HEAD % b"/api/v1/nowhere" + KEY,
    "a path that is no text": HEAD % b"/api/v1/%ff%fe" + KEY,
    "a raw byte in the path": HEAD % b"/api/v1/s\xffcket" + KEY,
    "a control character": HEAD % b"/api/v1/socket%00" + KEY,
    "up and out": HEAD % b"/api/v1/../../etc/passwd" + KEY,
    "a long query": HEAD % (PATH + b"?" + b"x" * 3000) + KEY,
    "no key": HEAD % PATH,
    "a bad key": HEAD % PATH + b"Sec-WebSocket-Key: short\r\n",
    "another version": (HEAD % PATH).replace(b"13", b"7") + KEY,
    "two hosts": HEAD % PATH + KEY + b"Host: b\r\n",
    "a long header": HEAD % PATH + KEY + b"X-Long: " + b"x" * 9000 + b"\r\n",
    "a head of 20 KB": HEAD % PATH + KEY + b"".join(b"X-%d: %b\r\n" % (n, b"x" * 1000) for n in range(20)),
    "two hundred headers": HEAD % PATH + KEY + b"".join(b"X-%d: x\r\n" % n for n in range(200)),
    "a language of odd bytes": HEAD % PATH + KEY + b"Origin: \xff\r\nAccept-Language: \xff\r\n",
    "a post": (HEAD % PATH).replace(b"GET", b"POST") + KEY,
}


@pytest.mark.parametrize("head", HOSTILE_HEADS.values(), ids=HOSTILE_HEADS)
async def test_a_hostile_head_is_refused_quietly(
    house: House, exchange: Exchange, quiet_log: None, head: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", exchange.port)
    writer.write(head + b"\r\n")
    async with asyncio.timeout(20):
        answer = await reader.read(64)
    assert not answer.startswith(b"HTTP/1.1 101") and b" 500 " not in answer, answer
    writer.close()
    await writer.wait_closed()


async def test_a_plain_request_finds_no_socket(house: House, exchange: Exchange) -> None:
    answer = await house.http.get("/api/v1/socket")
    assert answer.status_code == 405
    with pytest.raises(InvalidHandshake):
        await connect(exchange.url + "/more")
