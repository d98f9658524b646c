"""The desk's queue, read page by page: every row once, in order, whatever the filter."""

import pytest

from tests.house import House, Neighbour


async def pages(moderator: Neighbour, query: str) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        answer = await moderator.get(f"/desk/verifications?limit=2&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        found += [item["id"] for item in answer.json()["items"]]
        if answer.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json()['next_cursor']}"


@pytest.mark.parametrize("newest", [False, True])
async def test_pages_hold_every_row_once_and_in_order(house: House, newest: bool) -> None:
    community = await house.open_community(homes=3)
    moderator = await house.officer(community, "moderator")
    applied: list[str] = []
    for number in range(7):
        person = await house.guest()
        answer = await person.post("/verifications", house.application(community, number % 3))
        applied.append(answer.json()["id"])
    claimed = [applied[1], applied[4]]
    for application in claimed:
        await moderator.put(f"/desk/verifications/{application}/claim")
    where = f"community_id={community.id}&sort={'newest' if newest else 'oldest'}"
    step = -1 if newest else 1
    assert await pages(moderator, where) == applied[::step]
    assert await pages(moderator, f"{where}&state=claimed") == claimed[::step]
    submitted = [it for it in applied if it not in claimed]
    assert await pages(moderator, f"{where}&state=submitted") == submitted[::step]
    assert await pages(moderator, f"{where}&q=102") == applied[1::3][::step]
    assert await pages(moderator, f"{where}&q=102&state=submitted") == []
    assert await pages(moderator, f"{where}&q=999") == []


async def test_address_pages_hold_every_door_once(house: House) -> None:
    community = await house.open_community(homes=5)
    person = await house.guest()
    path, parent = f"/communities/{community.id}/addresses", ""
    for _ in ("estate", "building", "entrance"):
        (place,) = (await person.get(f"{path}?{parent}")).json()["items"]
        parent = f"parent={place['id']}"
    doors: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = (await person.get(f"{path}?limit=2&{parent}{cursor}")).json()
        doors += [item["name"] for item in answer["items"]]
        cursor = answer["next_cursor"] and f"&cursor={answer['next_cursor']}"
    assert doors == ["101", "102", "103", "104", "105"]
