"""Appointing and dismissing: who may, whom, and never the last admin."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.core.database import execute, fetch, fetchval
from backend.core.ids import new_id
from tests.house import Clock, Community, House, Neighbour, at_once, key

PATH = "/desk/roles"


@pytest.fixture
async def admin(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "committee_admin")


@pytest.fixture
async def resident(house: House, community: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(community, moderator)


async def appoint(
    by: Neighbour, community: Community, who: Neighbour, role: str = "worker", **more: Any
) -> httpx.Response:
    headers = more.pop("headers", {})
    body = {"community_id": str(community.id), "phone": who.phone, "role": role, **more}
    return await by.post(PATH, body, headers=headers)


async def active(community: Community) -> list[str]:
    rows = await fetch(
        "SELECT role FROM role_grant WHERE community = $1 AND ended_at IS NULL ORDER BY role", community.id
    )
    return [row["role"] for row in rows]


async def test_an_admin_appoints_a_resident(
    house: House, community: Community, admin: Neighbour, resident: Neighbour
) -> None:
    assert (await resident.get("/desk/summary", params={"community_id": str(community.id)})).status_code == 403
    answer = await appoint(admin, community, resident)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["role"] == "worker" and told["account_id"] == str(resident.account_id)
    assert told["display_name"] == "王先生 · 3幢" or told["display_name"] == "王女士 · 3幢"
    assert (await resident.get("/desk/summary", params={"community_id": str(community.id)})).status_code == 200
    line = (await fetch("SELECT actor, about, details FROM audit_line WHERE action = 'role.granted'"))[0]
    assert (line["actor"], line["about"]) == (admin.account_id, resident.account_id)
    assert '"worker"' in line["details"]


async def test_a_role_taken_away_is_gone_with_the_next_request(
    house: House, community: Community, admin: Neighbour, resident: Neighbour
) -> None:
    grant = (await appoint(admin, community, resident)).json()["id"]
    assert (await admin.delete(f"{PATH}/{grant}")).status_code == 204
    assert (await resident.get("/desk/summary", params={"community_id": str(community.id)})).status_code == 403
    assert (await admin.delete(f"{PATH}/{grant}")).status_code == 404
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action = 'role.ended'") == 1
    assert (await appoint(admin, community, resident)).status_code == 201


async def test_nobody_appoints_themselves(
    house: House, community: Community, admin: Neighbour, moderator: Neighbour
) -> None:
    body = house.application(community, 1)
    verification = (await admin.post("/verifications", body)).json()["id"]
    for step in ("claim", "approval"):
        assert (await moderator.put(f"/desk/verifications/{verification}/{step}")).status_code == 200
    answer = await appoint(admin, community, admin, "treasurer")
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.own_role")
    assert await active(community) == ["committee_admin", "moderator"]


async def test_only_verified_residents_of_here_are_appointed(
    house: House, community: Community, admin: Neighbour, moderator: Neighbour
) -> None:
    elsewhere = await house.open_community("桃源社区")
    there = await house.resident(elsewhere, await house.officer(elsewhere, "moderator"))
    guest = await house.guest()
    refused = [await appoint(admin, community, who) for who in (there, guest)]
    body = {"community_id": str(community.id), "phone": "13911119999", "role": "worker"}
    refused.append(await admin.post(PATH, body))
    for answer in refused:
        # One answer for a stranger, a guest and nobody: the desk learns who has the app from none of them.
        assert (answer.status_code, answer.json()["code"]) == (404, "identity.account_unknown")
        assert answer.text == refused[0].text
    assert await active(community) == ["committee_admin", "moderator"]


async def test_a_role_in_an_organisation_names_it(
    house: House, community: Community, admin: Neighbour, resident: Neighbour
) -> None:
    property_company, shop = new_id(), new_id()
    for organisation, kind in ((property_company, "property_company"), (shop, "merchant")):
        await execute(
            "INSERT INTO organisation (id, community, kind, name) VALUES ($1, $2, $3, '甲')",
            organisation,
            community.id,
            kind,
        )
    elsewhere = await house.open_community("桃源社区")
    foreign = await fetchval("SELECT id FROM organisation WHERE community = $1", elsewhere.id)
    for role, organisation in (
        ("org_member", None),
        ("org_member", shop),
        ("org_member", foreign),
        ("org_member", uuid4()),
        ("merchant", property_company),
        ("worker", shop),
    ):
        answer = await appoint(
            admin, community, resident, role, organisation_id=str(organisation) if organisation else None
        )
        assert answer.status_code == 422, (role, answer.text)
        assert answer.json()["errors"][0]["field"] == "organisation_id"
    for role, organisation in (("org_member", property_company), ("merchant", shop)):
        answer = await appoint(admin, community, resident, role, organisation_id=str(organisation))
        assert answer.status_code == 201 and answer.json()["organisation_id"] == str(organisation)


async def test_a_verified_person_from_elsewhere_may_work_for_an_organisation(
    house: House, community: Community, admin: Neighbour
) -> None:
    elsewhere = await house.open_community("桃源社区")
    there = await house.resident(elsewhere, await house.officer(elsewhere, "moderator"))
    committee = await fetchval("SELECT id FROM organisation WHERE community = $1", community.id)
    answer = await appoint(admin, community, there, "org_member", organisation_id=str(committee))
    assert answer.status_code == 201, answer.text
    assert answer.json()["display_name"] == answer.json()["phone_masked"]


@pytest.mark.parametrize("role", ["platform_admin", "resident", "emperor"])
async def test_what_no_admin_may_give(
    house: House, community: Community, admin: Neighbour, resident: Neighbour, role: str
) -> None:
    assert (await appoint(admin, community, resident, role)).status_code == 422
    assert await active(community) == ["committee_admin", "moderator"]


async def test_the_same_role_once(house: House, community: Community, admin: Neighbour, resident: Neighbour) -> None:
    answers = await at_once(*(appoint(admin, community, resident) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"identity.role_held"}
    assert await active(community) == ["committee_admin", "moderator", "worker"]


async def test_the_same_key_appoints_once(
    house: House, community: Community, admin: Neighbour, resident: Neighbour
) -> None:
    headers = key()
    first = await appoint(admin, community, resident, headers=headers)
    again = await appoint(admin, community, resident, headers=headers)
    assert first.status_code == again.status_code == 201 and first.json() == again.json()


async def test_a_role_for_a_time_ends_by_itself_and_can_be_given_again(
    house: House, community: Community, admin: Neighbour, resident: Neighbour, moved_clock: Clock
) -> None:
    ends_at = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    past = await appoint(admin, community, resident, ends_at=(datetime.now(UTC) - timedelta(seconds=1)).isoformat())
    assert past.status_code == 422 and past.json()["errors"][0]["field"] == "ends_at"
    for never in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2030-01-01T00:00:00"):
        assert (await appoint(admin, community, resident, ends_at=never)).status_code == 422
    assert (await appoint(admin, community, resident, ends_at=ends_at)).status_code == 201
    where = {"community_id": str(community.id)}
    assert (await resident.get("/desk/summary", params=where)).status_code == 200
    moved_clock.advance(minutes=6)
    assert (await resident.get("/desk/summary", params=where)).status_code == 403
    assert "worker" not in [it["role"] for it in (await admin.get(PATH, params=where)).json()["items"]]
    assert (await appoint(admin, community, resident)).status_code == 201


async def test_the_last_admin_stays(house: House, community: Community, admin: Neighbour, resident: Neighbour) -> None:
    where = {"community_id": str(community.id)}
    own = (await admin.get(PATH, params=where)).json()["items"][0]
    assert own["role"] == "committee_admin"
    refused = await admin.delete(f"{PATH}/{own['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.last_admin")
    for_a_time = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    temporary = await appoint(admin, community, resident, "committee_admin", ends_at=for_a_time)
    assert (await admin.delete(f"{PATH}/{own['id']}")).status_code == 409
    assert (await admin.delete(f"{PATH}/{temporary.json()['id']}")).status_code == 204
    assert (await appoint(admin, community, resident, "committee_admin")).status_code == 201
    assert (await admin.delete(f"{PATH}/{own['id']}")).status_code == 204
    assert (await admin.get(PATH, params=where)).status_code == 403


async def test_of_two_admins_who_go_at_once_one_stays(house: House, community: Community, admin: Neighbour) -> None:
    other = await house.officer(community, "committee_admin")
    grants = {
        row["account"]: row["id"]
        for row in await fetch("SELECT id, account FROM role_grant WHERE role = 'committee_admin'")
    }
    answers = await at_once(
        admin.delete(f"{PATH}/{grants[admin.account_id]}"), other.delete(f"{PATH}/{grants[other.account_id]}")
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert await active(community) == ["committee_admin"]


async def test_of_two_admins_who_dismiss_each_other_one_stays(
    house: House, community: Community, admin: Neighbour
) -> None:
    other = await house.officer(community, "committee_admin")
    grants = {
        row["account"]: row["id"]
        for row in await fetch("SELECT id, account FROM role_grant WHERE role = 'committee_admin'")
    }
    answers = await at_once(
        admin.delete(f"{PATH}/{grants[other.account_id]}"), other.delete(f"{PATH}/{grants[admin.account_id]}")
    )
    assert 204 in [answer.status_code for answer in answers]
    assert await active(community) == ["committee_admin"]


async def test_another_community_reads_as_absent(
    house: House, community: Community, admin: Neighbour, resident: Neighbour
) -> None:
    elsewhere = await house.open_community("桃源社区")
    stranger = await house.officer(elsewhere, "committee_admin")
    grant = (await appoint(admin, community, resident)).json()["id"]
    foreign, absent = await stranger.delete(f"{PATH}/{grant}"), await stranger.delete(f"{PATH}/{uuid4()}")
    assert foreign.status_code == absent.status_code == 404 and foreign.text == absent.text
    assert (await appoint(stranger, community, resident, "auditor")).status_code == 404
    assert (await stranger.get(PATH, params={"community_id": str(community.id)})).status_code == 404
    platform = await fetchval(
        "INSERT INTO role_grant (id, account, role) VALUES ($1, $2, 'platform_admin') RETURNING id",
        new_id(),
        resident.account_id,
    )
    assert (await admin.delete(f"{PATH}/{platform}")).status_code == 404
    assert await active(community) == ["committee_admin", "moderator", "worker"]


async def test_lists_and_writes_stay_within_their_statements(
    house: House, community: Community, admin: Neighbour, resident: Neighbour
) -> None:
    async with house.statements(8):
        grant = (await appoint(admin, community, resident)).json()["id"]
    where = {"community_id": str(community.id), "limit": 2}
    async with house.statements(3):
        first = (await admin.get(PATH, params=where)).json()
    second = (await admin.get(PATH, params=where | {"cursor": first["next_cursor"]})).json()
    assert [len(first["items"]), len(second["items"]), second["next_cursor"]] == [2, 1, None]
    assert second["items"][0]["id"] == grant
    async with house.statements(8):
        assert (await admin.delete(f"{PATH}/{grant}")).status_code == 204
