"""A change reaches open sockets by its hint at once, without it a little later, and once."""

import asyncio
import contextvars
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import pytest

import backend.core.hub
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import transaction
from backend.core.errors import Refusal
from backend.core.hub import Hub, account_channel, feeds, hub, publish
from backend.core.hub.feeds import LOOK_EVERY_S, OVERLAP
from backend.core.ids import new_id
from backend.core.live import redis
from backend.core.metrics import HINTS_LOST, HUB
from backend.core.sentences import Locale
from tests.core.bell import HINT, write
from tests.core.lines import Exchange, Line, subscribed
from tests.house import House
from tests.parts.running import on_this_machine
from tests.parts_fixture import Parts

LATE_S = 600.0
"""A clock that looks so seldom finds nothing while a test runs: what is heard was hinted."""
BY_THE_CLOCK_S = LOOK_EVERY_S + 1.5
MANY = 2000

pytestmark = pytest.mark.usefixtures("bell", "unhurried")


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for a moment loses no hint by it."""
    monkeypatch.setattr(backend.core.hub, "PUBLISH_WITHIN_S", 10)


async def words(line: Line, within_s: float = 5.0) -> str:
    frame = await line.hear(on_this_machine(within_s))
    assert frame["type"] == "bell", frame
    return frame["words"]


async def until(happened: Callable[[], Awaitable[bool]], within_s: float = 5.0) -> None:
    async with asyncio.timeout(on_this_machine(within_s)):
        while not await happened():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def hints_come_in() -> bool:
    """Whether the hub hears Redis."""
    return HUB._value.get() == 1


async def hints_have_stopped() -> bool:
    return not await hints_come_in()


async def test_what_waits_unread_is_in_ready_and_what_comes_is_a_frame(house: House, exchange: Exchange) -> None:
    person, other = await house.guest(), await house.guest()
    await write(person.account_id, "before")
    async with exchange.line() as line, exchange.greeted(other) as others:
        ready = await line.ask({"type": "hello", "token": person.token})
        assert ready["unread"]["bell"] == 1
        await subscribed(person)
        await write(person.account_id, "after")
        await publish([person.account_id], HINT)
        assert await words(line) == "after"
        assert await others.is_quiet()


async def test_every_socket_hears_in_its_own_language(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as chinese:
        async with exchange.greeted(person, additional_headers={"Accept-Language": "en"}) as english:
            await write(person.account_id, "x")
            await publish([person.account_id], HINT)
            assert [(await line.hear())["in"] for line in (chinese, english)] == ["zh-CN", "en"]
        await write(person.account_id, "y")
        await publish([person.account_id], HINT)
        assert await words(chinese) == "y"


async def test_a_lost_hint_costs_time_and_nothing_else(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as line:
        await write(person.account_id, "unhinted")
        assert await words(line, BY_THE_CLOCK_S) == "unhinted"


async def test_what_was_told_is_not_told_again(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as line:
        for word in ("one", "two", "three"):
            await write(person.account_id, word)
            await publish([person.account_id, person.account_id], HINT)
            assert await words(line) == word
            await publish([person.account_id], HINT)
        assert await line.is_quiet(2 * LOOK_EVERY_S + 0.5)


async def test_a_row_that_appears_late_is_not_passed_over(house: House, exchange: Exchange) -> None:
    """Two transactions: the one that wrote first commits last."""
    person = await house.guest()
    async with exchange.greeted(person) as line:
        wrote_at = now()
        async with transaction():
            await write(person.account_id, "late", at=wrote_at)
            # A fresh context: the task is not inside this transaction.
            await asyncio.create_task(early(person.account_id), context=contextvars.Context())
            assert await words(line) == "early"
        assert await words(line, BY_THE_CLOCK_S) == "late"
        await write(person.account_id, "from before", at=now() - OVERLAP - timedelta(seconds=5))
        assert await line.is_quiet(BY_THE_CLOCK_S)


async def early(account_id: UUID) -> None:
    await write(account_id, "early")
    await publish([account_id], HINT)


async def test_a_second_socket_hears_only_what_is_new(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as first:
        await write(person.account_id, "a")
        assert await words(first) == "a"
        async with exchange.greeted(person) as second:
            await write(person.account_id, "b")
            await publish([person.account_id], HINT)
            assert [await words(line) for line in (first, second)] == ["b", "b"]


async def test_what_is_no_feed_s_goes_straight_through(house: House, exchange: Exchange) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as line:
        await subscribed(person)
        await publish([person.account_id, new_id()], b'{"type":"typing"}')
        assert await line.hear() == {"type": "typing"}


async def test_nothing_is_published_before_its_commit() -> None:
    with pytest.raises(RuntimeError, match="after transaction"):
        async with transaction():
            await publish([new_id()], HINT)


async def test_redis_away_for_eight_seconds(
    house: House, exchange: Exchange, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await house.guest()
    async with exchange.greeted(person) as line:
        await until(hints_come_in)
        killed = parts.pids["valkey"]
        parts.kill("valkey")
        try:
            lost = HINTS_LOST._value.get()
            began = time.monotonic()
            for word in ("one", "two", "three"):
                await write(person.account_id, word)
                await publish([person.account_id], HINT)
                assert await words(line, BY_THE_CLOCK_S) == word
                await asyncio.sleep(1)
            assert HINTS_LOST._value.get() == lost + 3 and HUB._value.get() == 0
            await asyncio.sleep(max(0.0, 8 - (time.monotonic() - began)))
        finally:
            parts.start("valkey")
        assert parts.pids["valkey"] != killed
        await until(hints_come_in, 4)
        await hear_by_hints_alone(person.account_id, line, monkeypatch)


async def hear_by_hints_alone(account_id: UUID, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first word may still be found by the clock."""
    monkeypatch.setattr(feeds, "LOOK_EVERY_S", LATE_S)
    await until(lambda: listened_to(1))
    for word in ("first", "second", "third"):
        await write(account_id, word)
        await publish([account_id], HINT)
        assert await words(line) == word


async def test_a_redis_that_stands_still_is_noticed(
    house: House, exchange: Exchange, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link stays open and nothing comes: a process stopped, a cable pulled."""
    person = await house.guest()
    async with exchange.greeted(person) as line:
        await until(hints_come_in)
        stopped = parts.pids["valkey"]
        assert stopped is not None
        os.kill(stopped, signal.SIGSTOP)
        try:
            await write(person.account_id, "meanwhile")
            assert await words(line, BY_THE_CLOCK_S) == "meanwhile"
            await until(hints_have_stopped, 12)
        finally:
            os.kill(stopped, signal.SIGCONT)
        await until(hints_come_in, 6)
        await hear_by_hints_alone(person.account_id, line, monkeypatch)


class Ear:
    """A listener without a socket."""

    def __init__(self, account_id: UUID, locale: Locale = "zh-CN") -> None:
        self.caller = Caller(account_id, new_id(), ())
        self.locale: Locale = locale
        self.has_heard = asyncio.Event()

    def offer(self, frame: bytes) -> None:
        self.has_heard.set()

    def refuse(self, refusal: Refusal) -> None:
        raise AssertionError(refusal.code)


async def listened_to(channels: int) -> bool:
    """Whether Redis knows of so many."""
    return len(await redis().pubsub_channels("account:*")) == channels


async def test_two_thousand_come_and_go_without_a_trace(house: House) -> None:
    listening = Hub()
    # Its channels alone: these ears have no sessions that could be checked.
    running = asyncio.create_task(listening._channels.run())
    ears = [Ear(new_id()) for _ in range(MANY)]
    async with AsyncExitStack() as stack:
        stack.callback(running.cancel)
        for ear in ears:
            await listening.join(ear)
        await until(lambda: listened_to(MANY), 10)
        some = random.sample(ears, 50)
        await publish([ear.caller.account_id for ear in some], b'{"type":"typing"}')
        await asyncio.gather(*(asyncio.wait_for(ear.has_heard.wait(), on_this_machine(5)) for ear in some))
        for ear in ears:
            listening.leave(ear)
            listening.leave(ear)
        await until(lambda: listened_to(0), 10)
        for left in (listening._followers, listening._channels_of, listening._channels._wanted):
            assert not left
        lookout = listening._lookout
        assert not lookout._expected and not any(watch._told for watch in lookout._watches)


async def test_coming_and_going_at_once_ends_where_it_should(house: House) -> None:
    """The same few channels, wanted and dropped faster than Redis hears of it."""
    listening = hub()
    ears = [Ear(new_id()) for _ in range(20)]
    wanted: set[int] = set()
    for _ in range(MANY):
        at = random.randrange(len(ears))
        if at in wanted:
            listening.leave(ears[at])
        else:
            listening._channels_of[ears[at]] = set()
            listening.follow(ears[at], account_channel(ears[at].caller.account_id))
        wanted ^= {at}
        if random.random() < 0.05:
            await asyncio.sleep(0)
    await until(lambda: listened_to(len(wanted)), 10)
    for ear in ears:
        listening.leave(ear)
