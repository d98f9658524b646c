"""The people whom the stories of search need: the forum's."""

import pytest

from backend.settings import settings
from tests.forum.square import Square, open_square
from tests.house import House


@pytest.fixture
async def square(house: House, monkeypatch: pytest.MonkeyPatch) -> Square:
    """Nobody waits between two posts."""
    monkeypatch.setenv("LINLI_RATE_SCALE", "0")
    settings.cache_clear()
    return await open_square(house)
