"""A community with a moderator and two neighbours."""

import pytest

from tests.house import Community, House, Neighbour


@pytest.fixture
async def community(house: House) -> Community:
    return await house.open_community()


@pytest.fixture
async def moderator(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "moderator")


@pytest.fixture
async def xiuying(house: House, community: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(community, moderator, name="王秀英")


@pytest.fixture
async def guoqiang(house: House, community: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(community, moderator, home=1, name="李国强")
