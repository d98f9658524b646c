"""Two API processes, a worker and Valkey: a socket hears what was done at another, and survives what it should."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.core.lines import Exchange, Line
from tests.faults.history import History, Promise
from tests.faults.nemesis import appoint, open_community
from tests.faults.people import Person, Streets
from tests.faults.pieces import Pieces, start_pieces
from tests.parts.running import free_port, on_this_machine

EVERYWHERE_WITHIN_S = 1.0
HEARD_WITHIN_S = 4.0
STOPPED_WITHIN_S = 10.0


@pytest.fixture(scope="module")
def pieces() -> Iterator[Pieces]:
    with tempfile.TemporaryDirectory(prefix="linli-s", dir="/tmp") as base:
        ports = {"api": free_port(), "other": free_port()}
        started = start_pieces(Path(base) / "h", ports, LINLI_TRUSTED_PROXIES="127.0.0.1")
        try:
            asyncio.run(started.wait_serving())
            yield started
        finally:
            started.stop()


@pytest.fixture(scope="module")
def streets(pieces: Pieces) -> Streets:
    return asyncio.run(open_community(pieces.dsn))


@asynccontextmanager
async def somebody(pieces: Pieces, streets: Streets) -> AsyncIterator[Person]:
    """Signed in at the first process."""
    found = Person(pieces.address("api"), History(), streets.next())
    await found.sign_in()
    yield found
    await found.close()


@asynccontextmanager
async def listening(pieces: Pieces, part: str, person: Person) -> AsyncIterator[Line]:
    """A socket at this process."""
    exchange = Exchange(int(pieces.address(part).rsplit(":", 1)[1]))
    async with exchange.line() as line:
        ready = await line.ask({"type": "hello", "token": person.promise.access_token})
        assert ready["type"] == "ready", ready
        yield line


async def approved(pieces: Pieces, streets: Streets, applicant: Person) -> Promise:
    """An application made and approved at the first process: the applicant is told by the worker."""
    await applicant.apply(streets)
    async with somebody(pieces, streets) as moderator:
        await appoint(pieces.dsn, moderator.promise.account, streets.community)
        await moderator.decide(applicant.promise)
    return applicant.promise


async def news(line: Line) -> dict[str, Any]:
    frame = await line.hear(on_this_machine(HEARD_WITHIN_S))
    while frame["item"] is None:
        frame = await line.hear(on_this_machine(HEARD_WITHIN_S))
    return frame


async def test_a_sign_out_ends_the_socket_at_the_other_process(pieces: Pieces, streets: Streets) -> None:
    async with somebody(pieces, streets) as person, listening(pieces, "other", person) as line:
        signed_out = await person.ask("DELETE", f"/auth/sessions/{person.promise.session}", "sign out", "")
        assert signed_out.status_code == 204
        began = time.monotonic()
        code, reason, _ = await line.closed()
        assert (code, reason) == (4401, "identity.session_ended")
        assert time.monotonic() - began < on_this_machine(EVERYWHERE_WITHIN_S)


async def test_what_the_worker_tells_is_heard_at_every_process(pieces: Pieces, streets: Streets) -> None:
    async with (
        somebody(pieces, streets) as person,
        listening(pieces, "api", person) as here,
        listening(pieces, "other", person) as there,
    ):
        await approved(pieces, streets, person)
        told = [await news(line) for line in (here, there)]
    assert told[0]["item"]["id"] == told[1]["item"]["id"]
    assert told[0]["item"]["subject_id"] == str(person.promise.application)


async def test_without_valkey_it_is_heard_all_the_same(pieces: Pieces, streets: Streets) -> None:
    async with somebody(pieces, streets) as person, listening(pieces, "other", person) as line:
        killed = pieces.kill("valkey")
        try:
            await approved(pieces, streets, person)
            assert (await news(line))["item"]["subject_id"] == str(person.promise.application)
        finally:
            pieces.start("valkey")
        await pieces.wait_back("valkey", killed)
        assert (await line.ask({"type": "ping", "n": 1}))["n"] == 1


async def test_a_killed_process_is_left_for_the_other_one(pieces: Pieces, streets: Streets) -> None:
    async with somebody(pieces, streets) as person:
        async with listening(pieces, "other", person) as line:
            killed = pieces.kill("other")
            with pytest.raises(ConnectionClosed):
                await line.hear()
        async with listening(pieces, "api", person) as line:
            assert (await line.ask({"type": "ping", "n": 1}))["n"] == 1
        pieces.start("other")
        await pieces.wait_back("other", killed)
        await pieces.wait_serving("other")


async def test_a_stopped_process_says_come_back_and_ends(pieces: Pieces, streets: Streets) -> None:
    async with somebody(pieces, streets) as person, listening(pieces, "other", person) as line:
        began = time.monotonic()
        await asyncio.to_thread(pieces.children["other"].stop)
        code, _, _ = await line.closed()
        assert code == 1012
        assert time.monotonic() - began < on_this_machine(STOPPED_WITHIN_S)
    pieces.start("other")
    await pieces.wait_serving("other")
