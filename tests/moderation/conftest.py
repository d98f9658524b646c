"""The people whom the stories of moderation need."""

from typing import cast

import pytest

from tests.forum.conftest import square, unhurried
from tests.house import House
from tests.moderation.court import Court
from tests.worlds import Worlds

__all__ = ["court", "square", "unhurried"]


@pytest.fixture
async def court(house: House, unhurried: None, worlds: Worlds) -> Court:
    return cast(Court, await worlds.begin("court", house))
