"""One national ID, one person; one account, one person; and who moves a person says so aloud."""

from backend.core.database import fetchrow, fetchval
from tests.house import Community, House, Neighbour, at_once, id_number
from tests.identity.test_decisions import LINE, applied


async def test_one_number_is_one_person(house: House, community: Community, moderator: Neighbour) -> None:
    number = id_number("19780203", 26)
    first = await house.resident(community, moderator, number=number)
    second, path = await applied(house, community, home=1, number=number)
    claimed = (await moderator.put(f"{path}/claim")).json()
    assert claimed["conflict"] is True and claimed["conflict_with"]["account_id"] == str(first.account_id)
    refused = await moderator.put(f"{path}/approval")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.person_elsewhere")
    alone = await moderator.put(f"{path}/approval", {"move_person": True})
    assert alone.status_code == 403, "moving a person is the committee admin's"
    assert await fetchval("SELECT count(*) FROM account WHERE person IS NOT NULL") == 1
    assert (await second.get("/me")).json()["person"] is None
    assert (await first.get("/me")).json()["person"] is not None


async def test_the_committee_admin_moves_a_person_aloud(
    house: House, community: Community, moderator: Neighbour
) -> None:
    number = id_number("19780203", 28)
    first = await house.resident(community, moderator, number=number)
    admin = await house.officer(community, "committee_admin")
    granted = await admin.post(
        "/desk/roles", {"community_id": str(community.id), "phone": first.phone, "role": "worker"}
    )
    assert granted.status_code == 201, granted.text
    second, path = await applied(house, community, home=1, number=number)
    await admin.put(f"{path}/claim")
    assert (await admin.put(f"{path}/approval")).status_code == 409
    answer = await admin.put(f"{path}/approval", {"move_person": True})
    assert answer.status_code == 200, answer.text
    assert (await first.get("/me")).status_code == 401, "the old account is signed out at once"
    me = (await second.get("/me")).json()
    assert len(me["residencies"]) == 2
    assert [role["role"] for role in me["roles"]] == ["worker"], "the office goes with the person"
    line = await fetchrow(LINE, "person.moved")
    assert line is not None and (line["actor"], line["about"]) == (admin.account_id, first.account_id)
    assert await fetchval("SELECT count(*) FROM person") == 1


async def test_two_accounts_with_one_number_approved_at_once(
    house: House, community: Community, moderator: Neighbour
) -> None:
    """Neither was a conflict when it came in: the database, not the order of reading, keeps one person one account."""
    number = id_number("19780203", 30)
    paths = [(await applied(house, community, home=at, number=number))[1] for at in range(4)]
    for path in paths:
        assert (await moderator.put(f"{path}/claim")).status_code == 200
    answers = await at_once(*(moderator.put(f"{path}/approval") for path in paths))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 3, [a.text for a in answers]
    assert await fetchval("SELECT count(*) FROM person") == 1
    assert await fetchval("SELECT count(*) FROM account WHERE person IS NOT NULL") == 1
    assert await fetchval("SELECT count(*) FROM residency") == 1


async def test_the_first_approval_makes_the_other_a_conflict(
    house: House, community: Community, moderator: Neighbour
) -> None:
    number = id_number("19780203", 34)
    first, path = await applied(house, community, number=number)
    _, other = await applied(house, community, home=1, number=number)
    await moderator.put(f"{path}/claim")
    assert (await moderator.put(f"{path}/approval")).status_code == 200
    waiting = (await moderator.get(other)).json()
    assert waiting["conflict"] is True and waiting["conflict_with"]["account_id"] == str(first.account_id)
    queue = await moderator.get("/desk/verifications", params={"community_id": str(community.id)})
    assert [item["conflict"] for item in queue.json()["items"]] == [True]
    assert (await moderator.get(path)).json()["conflict"] is False


async def test_one_account_is_one_person(house: House, community: Community, moderator: Neighbour) -> None:
    resident = await house.resident(community, moderator, number=id_number("19780203", 32))
    other = await resident.post("/verifications", house.application(community, home=1, number=id_number("19790203", 1)))
    path = f"/desk/verifications/{other.json()['id']}"
    await moderator.put(f"{path}/claim")
    refused = await moderator.put(f"{path}/approval")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.person_elsewhere")
    assert await fetchval("SELECT count(*) FROM person") == 1
