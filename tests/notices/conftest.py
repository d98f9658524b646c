"""The people whom the stories of notices need."""

from typing import cast

import pytest

from tests.house import House
from tests.notices.office import Office
from tests.worlds import Worlds


@pytest.fixture
async def office(house: House, worlds: Worlds) -> Office:
    return cast(Office, await worlds.begin("office", house))
