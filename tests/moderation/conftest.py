"""The people whom the stories of moderation need."""

import pytest

from tests.house import House
from tests.moderation.court import Court, open_court


@pytest.fixture
async def court(house: House) -> Court:
    return await open_court(house)
