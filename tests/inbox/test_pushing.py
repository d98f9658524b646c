"""From an item that is due to what a phone shows: to whom, and in which words."""

from uuid import UUID

import pytest

from backend.core.database import execute, fetchval
from backend.inbox import service as inbox
from backend.inbox.service import pushing
from tests.house import Clock, House, Neighbour
from tests.inbox.devices import another_session, bring_browser, bring_phone
from tests.inbox.pushes import ABOUT, TITLE, deliveries, make_due, tell
from tests.loopback import Answer
from tests.push_services import WebPushService


async def test_every_device_of_everybody_once(house: House, service: WebPushService, person: Neighbour) -> None:
    other = await house.guest()
    for owner in (other, await another_session(person)):
        await bring_browser(owner, service.subscribe())
    batch = await tell(person, other)
    await house.drain()
    assert sorted(taken.device for taken in service.taken) == ["browser-0", "browser-1", "browser-2"]
    assert {taken.message["body"] for taken in service.taken} == {"您有一条新布告"}
    await pushing.push_batch(batch)
    await make_due()
    await house.drain()
    assert len(service.requests) == 3
    assert await deliveries("state", "attempts", "round") == [("sent", 1, 1)] * 3
    assert await house.held_jobs() == 0


async def test_results_are_counted_for_each_provider(house: House, service: WebPushService, person: Neighbour) -> None:
    await bring_phone(await another_session(person))
    service.next = [Answer(503)]
    await tell(person)
    await tell(person)
    await house.drain()
    told = (await house.http.get("/api/v1/metrics")).text
    for provider, result, count in (("web_push", "sent", 1), ("web_push", "later", 1), ("log", "sent", 2)):
        assert f'linli_pushes{{provider="{provider}",result="{result}"}} {count}.0' in told


async def test_words_of_what_is_public_and_of_nothing_else(
    house: House, service: WebPushService, person: Neighbour
) -> None:
    for kind, public in (("notice.published", 1), ("notice.published", 0), ("verification.decided", 1)):
        await tell(person, kind=kind, public=public, **({"state": "approved"} if kind.startswith("verif") else {}))
    await house.drain()
    shown = [(taken.message["title"], taken.message["body"], "subject_id" in taken.message) for taken in service.taken]
    assert sorted(shown) == sorted(
        [(TITLE, "居委会发布了新布告。", True), ("邻里", "您有一条新布告", False), ("邻里", "您的认证有结果了", False)]
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
