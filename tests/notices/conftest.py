"""The people whom the stories of notices need."""

import pytest

from tests.house import House
from tests.notices.office import Office


@pytest.fixture
async def office(house: House) -> Office:
    """A community with a resident, two moderators, a committee admin and a worker."""
    community = await house.open_community()
    moderator = await house.officer(community, "moderator")
    return Office(
        house,
        community,
        wang=await house.resident(community, moderator),
        moderator=moderator,
        colleague=await house.officer(community, "moderator"),
        admin=await house.officer(community, "committee_admin"),
        worker=await house.officer(community, "worker"),
    )
