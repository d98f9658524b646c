"""Why a socket ends: signed out, banned, a role lost, too many, too slow, the server stops."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from backend.core import handshakes
from backend.core.auth import Caller
from backend.core.database import execute
from backend.core.errors import NotFound
from backend.core.frames import Frame, register_frames
from backend.core.hub import SOCKETS_A_PERSON_MOST, hub, publish
from backend.core.hub.feeds import LOOK_EVERY_S
from backend.core.hub.standing import CHECK_EVERY_S
from backend.core.ids import new_id
from backend.core.metrics import STATEMENTS
from backend.core.sockets import WAITING_MAX_BYTES
from tests.core.lines import Exchange, Line, Served, hello, subscribed
from tests.house import House, Neighbour
from tests.parts.running import on_this_machine

ENDS_WITHIN_S = 1.0
BIG = b'{"type": "shown", "x": "%b"}' % (b"x" * 60_000)
CUT_WITHIN_S = 12.0


async def seconds_to_close(line: Line) -> tuple[float, int, str]:
    began = time.monotonic()
    code, reason, _ = await line.closed()
    return time.monotonic() - began, code, reason


async def test_a_sign_out_ends_the_socket(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    other = await house.guest()
    async with exchange.greeted(person) as line, exchange.greeted(other) as others:
        assert (await person.delete("/auth/sessions")).status_code == 204
        took, code, reason = await seconds_to_close(line)
        assert (code, reason) == (4401, "identity.session_ended") and took < on_this_machine(ENDS_WITHIN_S)
        assert (await others.ask({"type": "ping", "n": 1}))["n"] == 1


async def test_a_ban_ends_the_socket(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as line:
        await execute("UPDATE account SET state = 'banned' WHERE id = $1", person.account_id)
        took, code, reason = await seconds_to_close(line)
    assert (code, reason) == (4401, "identity.account_banned") and took < on_this_machine(ENDS_WITHIN_S)


async def test_a_lost_role_ends_the_socket_and_a_new_one_does_not(house: House, exchange: Exchange) -> None:
    community = await house.open_community()
    person = await house.officer(community, "worker")
    async with exchange.greeted(person) as line:
        await execute(
            "INSERT INTO role_grant (id, community, account, role) VALUES ($1, $2, $3, 'moderator')",
            new_id(), community.id, person.account_id,
        )  # fmt: skip
        assert await line.is_quiet(1.2)
        await execute("UPDATE role_grant SET ended_at = now() WHERE role = 'moderator'")
        took, code, reason = await seconds_to_close(line)
    assert (code, reason) == (4403, "core.rights_changed") and took < on_this_machine(ENDS_WITHIN_S)


async def test_who_has_ended_is_told_nothing_more(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as line:
        await person.delete("/auth/sessions")
        _, _, frames = await line.closed()
        await publish([person.account_id], b'{"type": "shown"}')
    assert [frame["type"] for frame in frames] == ["error"]


async def test_the_sixth_socket_takes_the_place_of_the_oldest(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    lines: list[Line] = []
    opened = [exchange.greeted(person) for _ in range(SOCKETS_A_PERSON_MOST + 1)]
    for at, one in enumerate(opened):
        lines.append(await one.__aenter__())
        if at == SOCKETS_A_PERSON_MOST - 1:
            assert [(await line.ask({"type": "ping", "n": 1}))["n"] for line in lines] == [1] * SOCKETS_A_PERSON_MOST
    code, reason, _ = await lines[0].closed()
    assert (code, reason) == (4403, "core.socket_displaced")
    assert [(await line.ask({"type": "ping", "n": 2}))["n"] for line in lines[1:]] == [2] * SOCKETS_A_PERSON_MOST
    for one in opened:
        await one.__aexit__(None, None, None)


async def test_the_check_is_one_statement_for_all(house: House, exchange: Exchange) -> None:
    people = [await house.guest() for _ in range(4)]
    opened = [exchange.greeted(person) for person in people]
    for one in opened:
        await one.__aenter__()
    await asyncio.sleep(0.5)
    before, began = STATEMENTS._value.get(), time.monotonic()
    await asyncio.sleep(3)
    asked, took = STATEMENTS._value.get() - before, time.monotonic() - began
    # Twice a second who still may, and every two seconds at the least each feed, in two statements: of four people as
    # of one.
    assert asked <= took / CHECK_EVERY_S + 1 + (took / (0.8 * LOOK_EVERY_S) + 1) * 2
    for one in opened:
        await one.__aexit__(None, None, None)


async def test_nobody_connected_asks_nothing(house: House, served: Served) -> None:
    async with served.exchange.greeted(await house.guest()):
        pass
    async with asyncio.timeout(10):
        while served.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    before = STATEMENTS._value.get()
    await asyncio.sleep(2.5)
    assert STATEMENTS._value.get() == before


async def test_a_stopping_server_says_come_back(house: House, served: Served) -> None:
    person = await house.guest()
    async with served.exchange.greeted(person) as line, served.exchange.line() as silent:
        began = time.monotonic()
        await served.stop()
        assert time.monotonic() - began < on_this_machine(5)
        assert [(await one.closed())[0] for one in (line, silent)] == [1012, 1012]


@asynccontextmanager
async def never_reading(exchange: Exchange, person: Neighbour) -> AsyncIterator[socket.socket]:
    """Says hello and hears ready; from then on its receive buffer fills up."""
    protocol = ClientProtocol(parse_uri(exchange.url), max_size=None)
    loop = asyncio.get_running_loop()
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    with line:
        await loop.sock_connect(line, ("127.0.0.1", exchange.port))
        protocol.send_request(protocol.connect())
        for piece in protocol.data_to_send():
            await loop.sock_sendall(line, piece)
        protocol.receive_data(await loop.sock_recv(line, 4096))
        protocol.send_text(json.dumps(hello(person)).encode())
        for piece in protocol.data_to_send():
            await loop.sock_sendall(line, piece)
        assert b'"ready"' in await loop.sock_recv(line, 4096)
        yield line


async def test_a_reader_that_never_reads_is_cut(house: House, served: Served) -> None:
    person, other = await house.guest(), await house.guest()
    async with never_reading(served.exchange, person), served.exchange.greeted(other) as others:
        assert served.connections == 2
        await subscribed(person)
        await publish([person.account_id] * (3 * WAITING_MAX_BYTES // len(BIG)), BIG)
        await asyncio.sleep(0)
        # Meanwhile nobody else waits.
        assert (await others.ask({"type": "ping", "n": 1}))["n"] == 1
        async with asyncio.timeout(on_this_machine(CUT_WITHIN_S)):
            while served.connections > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert len(handshakes._places) == len(hub()._channels_of) == 1


async def test_a_slow_reader_is_told_that_it_is_slow(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person, max_queue=1) as line:
        await subscribed(person)
        await publish([person.account_id] * (12 * WAITING_MAX_BYTES // len(BIG)), BIG)
        await asyncio.sleep(0.5)
        code, reason, _ = await line.closed()
    assert (code, reason) == (4408, "core.socket_too_slow")


class Whisper(Frame, frozen=True):
    client_id: str
    how: str


async def whispered(caller: Caller, frame: Whisper) -> dict[str, str] | None:
    if frame.how == "refused":
        raise NotFound()
    if frame.how == "broken":
        raise ValueError("a bug")
    return None if frame.how == "silent" else {"type": "ack", "client_id": frame.client_id}


async def test_a_domain_answers_its_own_frames(
    house: House, exchange: Exchange, caplog: pytest.LogCaptureFixture
) -> None:
    register_frames({Whisper: whispered})
    async with exchange.greeted(await house.guest()) as line:
        whisper = {"type": "whisper", "client_id": "c1", "how": "well"}
        assert await line.ask(whisper) == {"type": "ack", "client_id": "c1"}
        refused = await line.ask(whisper | {"how": "refused"})
        assert (refused["code"], refused["client_id"]) == ("core.not_found", "c1")
        await line.say(whisper | {"how": "silent"})
        assert await line.is_quiet()
        await line.say(whisper | {"how": "broken"})
        code, reason, frames = await line.closed()
    assert (code, reason, frames) == (1011, "core.internal", [])
    assert "ValueError" in caplog.text or any(record.exc_info for record in caplog.records)
