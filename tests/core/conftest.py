"""What the socket's tests speak to."""

from collections.abc import AsyncIterator

import pytest

from tests.core.lines import Exchange, Served
from tests.house import House


@pytest.fixture
async def exchange(house: House) -> AsyncIterator[Exchange]:
    """A real server over the house."""
    async with Served() as served:
        yield served.exchange
