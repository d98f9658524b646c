"""The people and boards whom the stories of the forum need."""

import pytest

from backend.settings import settings
from tests.forum.square import Square, open_square
from tests.house import House


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two posts; what is said of pace puts it back."""
    monkeypatch.setenv("LINLI_RATE_SCALE", "0")
    settings.cache_clear()


@pytest.fixture
async def square(house: House, unhurried: None) -> Square:
    return await open_square(house)
