"""From an item that is due to what a phone shows: to whom, how often, in which words, and what becomes of failures."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from backend.core.clock import now
from backend.core.database import execute, fetch, fetchval
from backend.core.ids import new_id
from backend.core.metrics import PUSHES
from backend.inbox import service as inbox
from backend.inbox.rules import PUSH_ATTEMPTS_MOST, PUSH_BACK_OFF, PUSH_LIFE
from backend.inbox.service import pushing
from backend.settings import settings
from tests.house import Clock, House, Neighbour
from tests.inbox.devices import another_session, bring_browser, bring_phone
from tests.push_services import RESET, Answer, WebPushService, web_push_service

ABOUT = UUID(int=7)
TITLE = "七号楼停水"
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch, house: House) -> AsyncIterator[WebPushService]:
    monkeypatch.setenv("LINLI_WEB_PUSH_HOSTS", "127.0.0.1")
    settings.cache_clear()
    async with web_push_service() as service:
        yield service
    settings.cache_clear()


@pytest.fixture
def noon(moved_clock: Clock) -> Clock:
    """Nobody sleeps."""
    moved_clock.advance(hours=(12 - now().astimezone(CHINA).hour) % 24)
    return moved_clock


@pytest.fixture
async def person(house: House, service: WebPushService, noon: Clock) -> Neighbour:
    """Somebody with a browser."""
    found = await house.guest()
    await bring_browser(found, service.subscribe())
    return found


async def tell(*people: Neighbour, kind: str = "notice.published", **params: str | int) -> UUID:
    """One item each; their batch."""
    about = inbox.About(kind, "notice", ABOUT, None, {"title": TITLE, "author": "居委会", **params})
    once = f"test:{new_id()}"
    await inbox.tell_all([person.account_id for person in people], about, once=once)
    batch: UUID = await fetchval("SELECT batch FROM inbox_item WHERE once = $1 LIMIT 1", once)
    return batch


async def make_due() -> None:
    """Every job that waits for a later time is due now."""
    await execute("UPDATE pgqueuer SET execute_after = now() WHERE status = 'queued'")


async def deliveries(*columns: str) -> list[Any]:
    rows = await fetch("SELECT * FROM push_delivery ORDER BY id")
    return [tuple(row[name] for name in columns) if len(columns) > 1 else row[columns[0]] for row in rows]


async def test_every_device_of_everybody_once(house: House, service: WebPushService, person: Neighbour) -> None:
    other = await house.guest()
    for owner in (other, await another_session(person)):
        await bring_browser(owner, service.subscribe())
    before = PUSHES.labels("web_push", "sent")._value.get()
    batch = await tell(person, other)
    await house.drain()
    assert sorted(taken.device for taken in service.taken) == ["browser-0", "browser-1", "browser-2"]
    assert {taken.message["body"] for taken in service.taken} == {"您有一条新通知"}
    assert PUSHES.labels("web_push", "sent")._value.get() == before + 3
    await pushing.push_batch(batch)
    await make_due()
    await house.drain()
    assert len(service.requests) == 3
    assert await deliveries("state", "attempts", "round") == [("sent", 1, 1)] * 3
    assert await house.held_jobs() == 0


async def test_words_of_what_is_public_and_of_nothing_else(
    house: House, service: WebPushService, person: Neighbour
) -> None:
    for kind, public in (("notice.published", 1), ("notice.published", 0), ("verification.decided", 1)):
        await tell(person, kind=kind, public=public, **({"state": "approved"} if kind.startswith("verif") else {}))
    await house.drain()
    shown = [(taken.message["title"], taken.message["body"], "subject_id" in taken.message) for taken in service.taken]
    assert sorted(shown) == sorted(
        [(TITLE, "居委会发布了新通知。", True), ("邻里", "您有一条新通知", False), ("邻里", "您的认证有结果了", False)]
    )


async def test_words_in_the_language_of_the_account(house: House, service: WebPushService, person: Neighbour) -> None:
    await person.patch("/me", {"locale": "en"})
    await tell(person, kind="notice.urgent")
    await house.drain()
    (taken,) = service.taken
    assert taken.message["title"] == "Linli" and taken.message["urgent"] is True
    assert taken.headers["urgency"] == "high"


READ = "UPDATE inbox_item SET read_at = now()"
RETRACTED = "UPDATE inbox_item SET retracted_at = now()"
MUTED = """INSERT INTO inbox_preference (account, choices)
           SELECT id, '{"notice.published": {"push": false}}' FROM account"""
SIGNED_OUT = "UPDATE session SET ended_at = now()"
RUN_OUT = "UPDATE session SET expires_at = now() - interval '1 day'"
BANNED = "UPDATE account SET state = 'banned'"
MOVED_ON = "DELETE FROM device"


@pytest.mark.parametrize("what", [READ, RETRACTED, MUTED, SIGNED_OUT, RUN_OUT, BANNED, MOVED_ON])
@pytest.mark.parametrize("planned", [False, True])
async def test_who_is_not_disturbed(
    house: House, service: WebPushService, person: Neighbour, what: str, planned: bool
) -> None:
    """The same before the deliveries are planned and, for a retry, after."""
    batch = await tell(person)
    if planned:
        service.next = [Answer(503)]
        await pushing_now(house, batch)
        await execute("UPDATE push_delivery SET due_at = now()")
    await execute(what)
    await house.drain()
    await pushing.push_batch(batch)
    assert len(service.requests) == planned
    assert await fetchval("SELECT push_state FROM inbox_item") == "done"
    assert await house.held_jobs() == 0


async def pushing_now(house: House, batch: UUID) -> None:
    """The first attempt, by the worker's own way."""
    await house.drain()
    assert await deliveries("state") == ["queued"]


async def test_quiet_hours(house: House, service: WebPushService, person: Neighbour, noon: Clock) -> None:
    noon.advance(hours=11)
    batch = await tell(person)
    await make_due()
    await house.drain()
    assert service.requests == []
    await tell(person, kind="notice.urgent")
    await house.drain()
    assert len(service.taken) == 1
    noon.advance(hours=8)
    await pushing.push_batch(batch)
    assert len(service.taken) == 2


async def test_a_busy_service_is_asked_again_when_it_says(
    house: House, service: WebPushService, person: Neighbour, noon: Clock
) -> None:
    service.next = [Answer(429, {"retry-after": "120"})]
    batch = await tell(person)
    await house.drain()
    ((state, due, detail),) = await deliveries("state", "due_at", "detail")
    assert (state, detail) == ("queued", "429")
    assert timedelta(seconds=119) < due - now() < timedelta(seconds=151)
    waiting = await fetchval("SELECT max(execute_after) - now() FROM pgqueuer WHERE entrypoint = 'inbox.push_batch'")
    assert timedelta(seconds=110) < waiting < timedelta(seconds=151)
    noon.advance(seconds=100)
    await pushing.push_batch(batch)
    assert len(service.requests) == 1
    noon.advance(seconds=60)
    await pushing.push_batch(batch)
    assert await deliveries("state", "attempts") == [("sent", 2)]


async def test_how_often_it_is_asked(service: WebPushService, person: Neighbour, noon: Clock, house: House) -> None:
    service.next = [Answer(503)] * 9
    batch = await tell(person)
    await house.drain()
    waits = []
    while (await deliveries("state")) == ["queued"]:
        waits.append((await deliveries("due_at"))[0] - now())
        noon.advance(seconds=waits[-1].total_seconds() + 1)
        await pushing.push_batch(batch)
    assert len(service.requests) == PUSH_ATTEMPTS_MOST
    for number, wait in enumerate(waits):
        assert 0.9 < wait / (PUSH_BACK_OFF * 4**number) < 1.26
    assert await deliveries("state", "detail") == [("failed", "503")]


@pytest.mark.parametrize(("early", "state"), [(60, "queued"), (-60, "failed")])
async def test_a_day_later_nobody_is_asked(
    house: House, service: WebPushService, person: Neighbour, noon: Clock, early: int, state: str
) -> None:
    batch = await tell(person)
    noon.advance(seconds=(PUSH_LIFE - 1.25 * PUSH_BACK_OFF).total_seconds() - early)
    service.next = [Answer(503)]
    await pushing.push_batch(batch)
    assert await deliveries("state") == [state]


async def test_an_address_that_is_gone_leaves_alone(house: House, service: WebPushService, person: Neighbour) -> None:
    other = await another_session(person)
    await bring_browser(other, service.subscribe())
    service.next = [Answer(410)]
    await tell(person)
    await house.drain()
    assert sorted(await deliveries("state")) == ["gone", "sent"]
    assert await fetchval("SELECT count(*) FROM device") == 1


async def test_an_address_brought_since_is_not_the_one_that_is_gone(
    service: WebPushService, person: Neighbour, noon: Clock
) -> None:
    service.next = [Answer(410)]
    batch = await tell(person)
    async with held_in_the_service(service, batch):
        noon.advance(seconds=1)
        await bring_browser(person, service.subscribe())
    assert await deliveries("state") == ["gone"]
    assert await fetchval("SELECT count(*) FROM device") == 1
    await pushing.push_batch(await tell(person))
    assert [taken.device for taken in service.taken] == ["browser-1"]


async def test_a_refusal_is_final(house: House, service: WebPushService, person: Neighbour) -> None:
    service.next = [Answer(413)]
    await tell(person)
    await house.drain()
    assert await deliveries("state", "detail") == [("failed", "413")]
    assert await fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'inbox.push_batch'") == 0


async def test_a_lost_answer_is_repeated_once(
    house: House, service: WebPushService, person: Neighbour, noon: Clock
) -> None:
    service.next = [RESET] * 5
    batch = await tell(person)
    for _ in range(4):
        await pushing.push_batch(batch)
        noon.advance(hours=1)
    assert len(service.requests) == 2
    assert await deliveries("state", "unknown_attempts") == [("unknown", 2)]


async def test_a_worker_that_died_is_followed_once(
    house: House, service: WebPushService, person: Neighbour, noon: Clock
) -> None:
    batch = await tell(person)
    for life in range(3):
        async with held_in_the_service(service, batch, then=asyncio.Task.cancel, comes=life < 2):
            pass
        assert await deliveries("state") == ["sending" if life < 2 else "unknown"]
        await pushing.push_batch(batch)
        assert len(service.requests) == min(life + 1, 2), "its claim was not respected"
        noon.advance(seconds=pushing.CLAIM_LIFE.total_seconds() + 1)
    assert await deliveries("unknown_attempts") == [2]


async def test_two_workers_share_a_batch(house: House, service: WebPushService, noon: Clock) -> None:
    people = [await house.guest() for _ in range(15)]
    for person in people:
        await bring_browser(person, service.subscribe())
    service.delay_s = 0.05
    batch = await tell(*people, kind="notice.urgent")
    await asyncio.gather(*(pushing.push_batch(batch) for _ in range(4)), house.drain())
    assert sorted(taken.device for taken in service.taken) == sorted(service.browsers)
    assert set(await deliveries("state")) == {"sent"}


async def test_a_second_round_rings_again(house: House, service: WebPushService, person: Neighbour) -> None:
    service.next = [Answer(503)]
    await tell(person)
    await house.drain()
    assert await inbox.push_again([person.account_id], subject_id=ABOUT) == 1
    await execute("UPDATE push_delivery SET due_at = now()")
    await house.drain()
    # What was left of the first round gives way.
    assert len(service.taken) == 1
    assert sorted(await deliveries("round", "state", "detail")) == [(1, "failed", "not_wanted"), (2, "sent", "201")]


async def test_a_phone_without_a_vendor_gets_a_line(
    house: House, person: Neighbour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await bring_phone(person)
    await tell(person, public=1)
    await house.drain()
    assert await deliveries("provider", "state") == [("log", "sent")]
    assert caplog.text.count("push.logged") == 1 and TITLE not in caplog.text


async def test_a_seal_that_is_broken_stops_nobody_else(
    house: House, service: WebPushService, person: Neighbour
) -> None:
    other = await house.guest()
    await bring_browser(other, service.subscribe())
    await execute("UPDATE device SET address_sealed = 'k1.AAAA' WHERE account = $1", person.account_id)
    await tell(person, other, kind="notice.urgent")
    await house.drain()
    assert sorted(await deliveries("state", "detail")) == [("failed", "seal"), ("sent", "201")]


class held_in_the_service:
    """A worker whose push has reached the service, which keeps its answer until the end."""

    def __init__(
        self,
        service: WebPushService,
        batch: UUID,
        *,
        then: Callable[["asyncio.Task[None]"], object] = lambda task: None,
        comes: bool = True,
    ) -> None:
        self._service, self._then, self._comes, self._batch = service, then, comes, batch

    async def __aenter__(self) -> None:
        self._service.open.clear()
        before = len(self._service.requests)
        self._task = asyncio.create_task(pushing.push_batch(self._batch))
        async with asyncio.timeout(5):
            while self._comes and len(self._service.requests) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            if not self._comes:
                await self._task

    async def __aexit__(self, *_: object) -> None:
        self._then(self._task)
        self._service.open.set()
        await asyncio.gather(self._task, return_exceptions=True)
