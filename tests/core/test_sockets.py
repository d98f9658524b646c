"""What a socket says and is told: hello, ping, and every way of being wrong."""

import asyncio
import json
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError

from backend.core import buckets, limits
from backend.core.frames import CURSORS_MAX, FRAME_MAX_BYTES
from backend.core.limits import ACCOUNT, Policy
from backend.core.sockets import BAD_FRAMES_MOST, HEARTBEAT_S, HELLO_WITHIN_S, MESSAGES_MOST
from backend.core.strict_json import JSON_DEPTH_MAX
from tests.core.lines import LINLI, Exchange, hello, nested, stranger
from tests.house import House

SERVER_FRAME_MAX_BYTES = 65_536


async def test_hello_is_answered_by_ready(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.line() as line:
        assert line.connection.subprotocol == LINLI
        ready = await line.ask(hello(person, cursors={stranger(): 3}))
        assert ready == {
            "type": "ready",
            "account_id": str(person.account_id),
            "heartbeat_s": HEARTBEAT_S,
            "conversations": [],
            "unread": {"inbox": 0},
        }
        assert await line.ask({"type": "ping", "n": 7}) == {"type": "pong", "n": 7}


async def test_a_device_may_be_told_as_at_sign_in_or_not_at_all(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    for device in ({"platform": "ios", "name": "测试手机"}, None, "x" * 60):
        async with exchange.line(subprotocols=None) as line:
            assert (await line.ask(hello(person, device=device)))["type"] == "ready"


REFUSED_FIRST_FRAMES: dict[str, Any] = {
    "a token that is none": {"type": "hello", "token": "x" * 40},
    "no token": {"type": "hello"},
    "another frame": {"type": "ping", "n": 1},
    "no JSON": "hello",
    "bytes": b'{"type": "hello"}',
    "an unknown field": {"type": "hello", "token": "x", "admin": True},
    "too many cursors": {"type": "hello", "token": "x", "cursors": {stranger(): 1 for _ in range(CURSORS_MAX + 1)}},
}


@pytest.mark.parametrize("frame", REFUSED_FIRST_FRAMES.values(), ids=REFUSED_FIRST_FRAMES)
async def test_who_does_not_say_hello_is_refused(house: House, exchange: Exchange, frame: Any) -> None:
    async with exchange.line() as line:
        await line.say(frame)
        code, _, frames = await line.closed()
    assert code == 4401
    assert [told["type"] for told in frames] == ["error"]


async def test_hello_has_five_seconds(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    began = time.monotonic()
    async with exchange.line() as late, exchange.line() as in_time:
        await asyncio.sleep(HELLO_WITHIN_S / 2)
        assert (await in_time.ask(hello(person)))["type"] == "ready"
        code, reason, _ = await late.closed()
    assert time.monotonic() - began >= HELLO_WITHIN_S
    assert (code, reason) == (4401, "core.unauthenticated")


async def test_a_stale_token_says_why(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    await person.delete("/auth/sessions")
    async with exchange.line(additional_headers={"Accept-Language": "en"}) as line:
        await line.say(hello(person))
        code, reason, (error,) = await line.closed()
    assert (code, reason) == (4401, "identity.session_ended")
    assert error == {
        "type": "error", "code": "identity.session_ended", "detail": "You have been signed out. Please sign in again.",
    }  # fmt: skip


BAD_FRAMES: dict[str, tuple[Any, str]] = {
    "an unknown type": ({"type": "shout", "n": 1}, "core.frame_unknown"),
    "hello again": ({"type": "hello", "token": "x"}, "core.frame_unknown"),
    "no type": ({"n": 1}, "core.malformed"),
    "a type that is no word": ({"type": 5}, "core.malformed"),
    "a list": ([], "core.malformed"),
    "cut off": ('{"type": "ping"', "core.malformed"),
    "a key twice": ('{"type": "ping", "n": 1, "n": 2}', "core.malformed"),
    "NaN": ('{"type": "ping", "n": NaN}', "core.malformed"),
    "NUL": ('{"type": "ping\\u0000", "n": 1}', "core.malformed"),
    "half a surrogate": ('{"type": "ping\\ud800", "n": 1}', "core.malformed"),
    "too deep": (nested(JSON_DEPTH_MAX + 1), "core.malformed"),
    "deep, but not too deep": (nested(JSON_DEPTH_MAX), "core.invalid"),
    "a number too many": ({"type": "ping", "n": 2**63}, "core.malformed"),
    "words for a number": ({"type": "ping", "n": "1"}, "core.invalid"),
    "a field that is none": ({"type": "ping", "n": 1, "x": 1}, "core.invalid"),
    "bytes": (b'{"type": "ping", "n": 1}', "core.unsupported_type"),
    "nothing": ("", "core.malformed"),
}


@pytest.mark.parametrize("frame,code", BAD_FRAMES.values(), ids=BAD_FRAMES)
async def test_a_bad_frame_is_named_and_forgiven(house: House, exchange: Exchange, frame: Any, code: str) -> None:
    async with exchange.greeted(await house.guest()) as line:
        error = await line.ask(frame)
        assert (error["type"], error["code"]) == ("error", code)
        assert await line.ask({"type": "ping", "n": 2}) == {"type": "pong", "n": 2}


async def test_the_third_bad_frame_is_the_last(house: House, exchange: Exchange) -> None:
    async with exchange.greeted(await house.guest()) as line:
        for _ in range(BAD_FRAMES_MOST - 1):
            assert (await line.ask("{"))["code"] == "core.malformed"
        assert (await line.ask({"type": "ping", "n": 1}))["type"] == "pong"
        await line.say("{")
        code, reason, frames = await line.closed()
    assert (code, reason, len(frames)) == (4400, "core.malformed", 1)


async def test_an_error_speaks_the_language_of_the_handshake(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    for language, detail in (("en-GB", "The request is malformed."), ("fr", None)):
        async with exchange.greeted(person, additional_headers={"Accept-Language": language}) as line:
            told = (await line.ask("{"))["detail"]
            assert told == detail if detail else "请" in told or "格式" in told


async def test_how_long_a_frame_may_be(house: House, exchange: Exchange) -> None:
    async with exchange.greeted(await house.guest()) as line:
        assert (await line.ask(ping_of(FRAME_MAX_BYTES)))["type"] == "pong"
        assert (await line.ask(ping_of(FRAME_MAX_BYTES + 1)))["code"] == "core.too_large"
        assert (await line.ask(ping_of(SERVER_FRAME_MAX_BYTES)))["code"] == "core.too_large"
    async with exchange.greeted(await house.guest()) as line:
        await line.say(ping_of(SERVER_FRAME_MAX_BYTES + 1))
        code, _, _ = await line.closed()
        assert code == 1009


def ping_of(size: int) -> str:
    return json.dumps({"type": "ping", "n": 1}).ljust(size)


async def test_twenty_messages_in_ten_seconds(house: House, exchange: Exchange) -> None:
    async with exchange.greeted(await house.guest()) as line:
        for n in range(MESSAGES_MOST):
            assert (await line.ask({"type": "ping", "n": n}))["n"] == n
        await line.say({"type": "ping", "n": 21})
        code, reason, frames = await line.closed()
    assert (code, reason) == (4429, "core.too_many")
    assert [frame["type"] for frame in frames] == ["error"]


async def test_a_hello_costs_what_a_request_costs(
    house: House, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine with other work is not a Redis that is away, and gives no token back while it works.
    monkeypatch.setattr(buckets, "REDIS_DEADLINE_MS", 2000)
    monkeypatch.setattr(limits, "ACCOUNT", Policy("account", 1, 60, burst=ACCOUNT.burst))
    person, other = await house.guest(), await house.guest()
    answers = []
    async with asyncio.timeout(120):
        while len(answers) < 3 * ACCOUNT.burst and "error" not in answers:
            async with exchange.line() as line:
                answers.append((await line.ask(hello(person)))["type"])
                if answers[-1] == "error":
                    assert (await line.closed())[0] == 4429
    assert len(answers) >= ACCOUNT.burst and answers[-1] == "error"
    async with exchange.greeted(other) as line:
        assert (await line.ask({"type": "ping", "n": 1}))["n"] == 1


async def test_a_client_that_leaves_leaves_nothing(house: House, exchange: Exchange) -> None:
    async with exchange.greeted(await house.guest()) as line:
        line.connection.transport.abort()
        with pytest.raises(ConnectionClosedError):
            await line.hear()
