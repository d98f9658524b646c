"""The people whom the stories of search need: the forum's."""

from typing import cast

import pytest

from backend.settings import settings
from tests.forum.square import Square
from tests.house import House
from tests.worlds import Worlds


@pytest.fixture
async def square(house: House, monkeypatch: pytest.MonkeyPatch, worlds: Worlds) -> Square:
    """Nobody waits between two posts."""
    monkeypatch.setenv("LINLI_RATE_SCALE", "0")
    settings.cache_clear()
    return cast(Square, await worlds.begin("square", house))
