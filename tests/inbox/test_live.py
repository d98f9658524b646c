"""An open socket shows what its account is told and has read elsewhere; nothing of anybody else."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar

import backend.core.hub
from backend.core.hub import feeds
from backend.core.live import redis
from backend.inbox import service as inbox
from tests.core.lines import Exchange, Served, hello, subscribed
from tests.house import Community, House, Neighbour
from tests.inbox.test_telling import about


@pytest.fixture
async def exchange(router: Litestar, house: House) -> AsyncIterator[Exchange]:
    async with Served(router) as served:
        yield served.exchange


async def test_told_shows_and_read_elsewhere_lowers_the_number(
    house: House, exchange: Exchange, community: Community, xiuying: Neighbour, guoqiang: Neighbour
) -> None:
    await house.drain()
    async with exchange.line() as line, exchange.line() as other:
        before = (await line.ask(hello(xiuying)))["unread"]["inbox"]
        await other.ask(hello(guoqiang))
        await inbox.tell(xiuying.account_id, about(community), once="notice:7:v1")
        await house.drain()
        frame = await line.hear()
        assert (frame["type"], frame["unread"], frame["item"]["title"]) == ("inbox", before + 1, "明天停水")
        await xiuying.put("/inbox/read", {"item_ids": [frame["item"]["id"]]})
        frame = await line.hear()
        assert frame == {"type": "inbox", "unread": before, "item": None}
        assert await other.ask({"type": "ping", "n": 1}) == {"type": "pong", "n": 1}


async def test_what_is_read_here_is_read_there_by_a_hint(
    house: House, exchange: Exchange, community: Community, xiuying: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock looks so seldom that it finds one of the two at most, and a machine that stands still loses no hint."""
    monkeypatch.setattr(backend.core.hub, "PUBLISH_WITHIN_S", 10)
    await inbox.tell(xiuying.account_id, about(community), once="notice:7:v1")
    await inbox.tell(xiuying.account_id, about(community), once="notice:8:v1")
    await house.drain()
    items = (await xiuying.get("/inbox")).json()["items"]
    async with exchange.line() as line:
        unread = (await line.ask(hello(xiuying)))["unread"]["inbox"]
        monkeypatch.setattr(feeds, "LOOK_EVERY_S", 600)
        await subscribed(xiuying)
        for item in items[:2]:
            unread -= 1
            assert (await xiuying.put("/inbox/read", {"item_ids": [item["id"]]})).status_code == 200
            assert await line.hear() == {"type": "inbox", "unread": unread, "item": None}


async def test_a_lost_hint_costs_seconds_and_no_item(
    house: House, exchange: Exchange, community: Community, xiuying: Neighbour
) -> None:
    await house.drain()
    async with exchange.line() as line:
        await line.ask(hello(xiuying))
        await inbox.tell(xiuying.account_id, about(community), once="notice:7:v1")
        # The job that would hint never runs, and nobody listens either.
        await redis().execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        frame = await line.hear()
        assert frame["item"]["title"] == "明天停水"
