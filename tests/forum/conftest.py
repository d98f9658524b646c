"""The people and boards whom the stories of the forum need."""

from typing import cast

import pytest

from backend.settings import settings
from tests.forum.square import Square
from tests.house import House
from tests.worlds import Worlds


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two posts; what is said of pace puts it back."""
    monkeypatch.setenv("LINLI_RATE_SCALE", "0")
    settings.cache_clear()


@pytest.fixture
async def square(house: House, unhurried: None, worlds: Worlds) -> Square:
    return cast(Square, await worlds.begin("square", house))
