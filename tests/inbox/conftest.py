"""A community with a moderator and two neighbours."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest

from backend.core.clock import now
from backend.settings import settings
from tests.house import Clock, Community, House, Neighbour
from tests.inbox.devices import bring_browser
from tests.push_services import WebPushService, web_push_service


@pytest.fixture
async def community(house: House) -> Community:
    return await house.open_community()


@pytest.fixture
async def moderator(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "moderator")


@pytest.fixture
async def xiuying(house: House, community: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(community, moderator, name="王秀英")


@pytest.fixture
async def guoqiang(house: House, community: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(community, moderator, home=1, name="李国强")


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch, house: House) -> AsyncIterator[WebPushService]:
    """A push service that this house may call."""
    monkeypatch.setenv("LINLI_WEB_PUSH_HOSTS", "127.0.0.1")
    settings.cache_clear()
    async with web_push_service() as service:
        yield service
    settings.cache_clear()


@pytest.fixture
def noon(moved_clock: Clock) -> Clock:
    """Nobody sleeps."""
    moved_clock.advance(hours=(12 - now().astimezone(ZoneInfo("Asia/Shanghai")).hour) % 24)
    return moved_clock


@pytest.fixture
async def person(house: House, service: WebPushService, noon: Clock) -> Neighbour:
    """Somebody with a browser."""
    found = await house.guest()
    await bring_browser(found, service.subscribe())
    return found
