"""The people that most stories need: a community and its moderator."""

import pytest

from tests.house import Community, House, Neighbour


@pytest.fixture
async def community(house: House) -> Community:
    return await house.open_community()


@pytest.fixture
async def moderator(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "moderator")
