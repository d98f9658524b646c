"""What becomes of a push that failed: asked again in time, given up in time, and never a third ring."""

import asyncio
from datetime import timedelta

import pytest

from backend.core.clock import now
from backend.core.database import fetchval
from backend.inbox.rules import PUSH_ATTEMPTS_MOST, PUSH_BACK_OFF, PUSH_LIFE
from backend.inbox.service import pushing
from tests.house import Clock, House, Neighbour
from tests.inbox.devices import another_session, bring_browser
from tests.inbox.pushes import deliveries, held_in_the_service, make_due, tell
from tests.loopback import RESET, Answer
from tests.push_services import WebPushService


async def test_a_busy_service_is_asked_again_when_it_says(
    house: House, service: WebPushService, person: Neighbour, noon: Clock
) -> None:
    noon.stand_still()
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


async def test_a_worker_whose_clock_is_behind_comes_back(
    house: House, service: WebPushService, person: Neighbour, noon: Clock
) -> None:
    noon.stand_still()
    await tell(person)
    noon.advance(seconds=-5)
    await house.drain()
    assert service.requests == []
    noon.advance(seconds=6)
    await make_due()
    await house.drain()
    assert len(service.taken) == 1


async def test_two_workers_share_a_batch(house: House, service: WebPushService, noon: Clock) -> None:
    people = [await house.guest() for _ in range(15)]
    for person in people:
        await bring_browser(person, service.subscribe())
    service.delay_s = 0.05
    batch = await tell(*people, kind="notice.urgent")
    await asyncio.gather(*(pushing.push_batch(batch) for _ in range(4)), house.drain())
    assert sorted(taken.device for taken in service.taken) == sorted(service.browsers)
    assert set(await deliveries("state")) == {"sent"}
