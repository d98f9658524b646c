"""The people whom the stories of notices need."""

import pytest

from tests.house import House
from tests.notices.office import Office, open_office


@pytest.fixture
async def office(house: House) -> Office:
    return await open_office(house)
