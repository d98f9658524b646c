"""The people whom the stories of moderation need."""

import pytest

from tests.forum.conftest import square, unhurried
from tests.house import House
from tests.moderation.court import Court, open_court

__all__ = ["court", "square", "unhurried"]


@pytest.fixture
async def court(house: House, unhurried: None) -> Court:
    return await open_court(house)
