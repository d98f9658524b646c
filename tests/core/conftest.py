"""What the socket's tests speak to."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from litestar import Litestar

from backend.core.database import execute
from backend.core.hub import feeds
from tests.core.bell import BELL, TABLE
from tests.core.lines import Exchange, Served
from tests.house import House


@pytest.fixture
async def served(router: Litestar, house: House) -> AsyncIterator[Served]:
    """A real server over the house."""
    async with Served(router) as running:
        yield running


@pytest.fixture
def exchange(served: Served) -> Exchange:
    return served.exchange


@pytest.fixture
def registered_bell() -> Iterator[None]:
    """Before the house opens its hub: ask for it first."""
    feeds.register_feeds([BELL])
    yield
    del feeds._feeds[BELL.name]


@pytest.fixture
async def bell(registered_bell: None, house: House) -> None:
    await execute(TABLE)


@pytest.fixture
async def quiet_log(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """Whatever comes in, nothing is a surprise."""
    yield
    loud = [it for it in caplog.get_records("call") if it.levelno >= logging.ERROR or it.exc_info]
    assert not loud, [it.getMessage() for it in loud]
