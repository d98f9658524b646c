"""Opening a community and editing it: versions, names, what neighbours see."""

from typing import Any

import httpx
import pytest

from backend.core.database import execute, fetch, fetchval
from tests.house import Community, House, Neighbour, at_once, key


@pytest.fixture
async def admin(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "committee_admin")


async def tag_of(who: Neighbour, community: Community) -> str:
    answer = await who.get(f"/communities/{community.id}")
    assert answer.status_code == 200
    return answer.headers["etag"]


async def edit(who: Neighbour, community: Community, tag: str | None, **fields: Any) -> httpx.Response:
    headers = {"If-Match": tag} if tag else {}
    return await who.patch(f"/desk/communities/{community.id}", fields, headers=headers)


async def test_an_admin_changes_what_neighbours_see(
    house: House, community: Community, admin: Neighbour, moderator: Neighbour
) -> None:
    await house.resident(community, moderator, name="欧阳静")
    answer = await edit(admin, community, await tag_of(admin, community), display_name_style="full_name")
    assert answer.status_code == 200, answer.text
    assert answer.json()["display_name_style"] == "full_name" and answer.json()["version"] == 2
    await house.drain()
    assert await fetchval("SELECT display_name FROM residency") == "欧阳静"
    line = (await fetch("SELECT details, actor FROM audit_line WHERE action = 'community.edited'"))[0]
    assert "display_name_style" in line["details"] and line["actor"] == admin.account_id


async def test_the_answer_carries_the_next_tag(house: House, community: Community, admin: Neighbour) -> None:
    answer = await edit(admin, community, await tag_of(admin, community), name="翠湖新社区")
    again = await edit(admin, community, answer.headers["etag"], name="翠湖社区")
    assert again.status_code == 200 and again.json()["version"] == 3


async def test_a_lost_race_is_said(house: House, community: Community, admin: Neighbour) -> None:
    tag = await tag_of(admin, community)
    answers = await at_once(*(edit(admin, community, tag, name=f"翠湖{n}") for n in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert await fetchval("SELECT version FROM community WHERE id = $1", community.id) == 2


async def test_without_the_version_nothing_is_edited(house: House, community: Community, admin: Neighbour) -> None:
    for tag, status in ((None, 428), ('"v9"', 412), ("*", 412), ('W/"v1"', 412)):
        assert (await edit(admin, community, tag, name="翠湖")).status_code == status
    assert await fetchval("SELECT name FROM community WHERE id = $1", community.id) == community.name


async def test_saying_the_same_is_no_edit(house: House, community: Community, admin: Neighbour) -> None:
    answer = await edit(admin, community, await tag_of(admin, community), name=community.name)
    assert answer.status_code == 200 and answer.json()["version"] == 1
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action = 'community.edited'") == 0


async def test_a_name_is_one_community_s(house: House, community: Community, admin: Neighbour) -> None:
    await house.open_community("桃源社区")
    taken = await edit(admin, community, await tag_of(admin, community), name=" 桃源社区\u200b")
    assert (taken.status_code, taken.json()["code"]) == (409, "identity.community_exists")
    for name, status in (("湖", 422), ("长" * 41, 422), ("\u200b\u200b\u200b", 422), ("长" * 40, 200)):
        assert (await edit(admin, community, await tag_of(admin, community), name=name)).status_code == status


async def test_only_its_admin_edits_it(house: House, community: Community, moderator: Neighbour) -> None:
    elsewhere = await house.open_community("桃源社区")
    stranger = await house.officer(elsewhere, "committee_admin")
    tag = await tag_of(stranger, community)
    assert (await edit(stranger, community, tag, name="夺来")).status_code == 404
    assert (await edit(moderator, community, tag, name="夺来")).status_code == 403


async def test_reads_and_edits_stay_within_their_statements(
    house: House, community: Community, admin: Neighbour
) -> None:
    async with house.statements(4):
        tag = await tag_of(admin, community)
    async with house.statements(8):
        assert (await edit(admin, community, tag, display_name_style="nickname")).status_code == 200


async def test_an_unchanged_community_is_not_sent_again(house: House, community: Community, admin: Neighbour) -> None:
    tag = await tag_of(admin, community)
    path = f"/communities/{community.id}"
    assert (await admin.get(path, headers={"If-None-Match": tag})).status_code == 304
    await execute("UPDATE community SET home_count = home_count + 1 WHERE id = $1", community.id)
    changed = await admin.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] != tag


async def test_the_platform_opens_a_community_and_its_admin_goes_on(house: House) -> None:
    platform = await house.officer(None, "platform_admin")
    admin = await house.guest()
    body = {"name": "桃源社区", "district": "杭州市西湖区", "admin_phone": admin.phone}
    headers = key()
    async with house.statements(8):
        assert (await platform.post("/communities", body | {"name": "杏林社区"})).status_code == 201
    answer = await platform.post("/communities", body, headers=headers)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["committee"]["name"] == "桃源社区居委会" and told["home_count"] == 0
    assert (await platform.post("/communities", body, headers=headers)).json() == told
    assert (await platform.post("/communities", body)).json()["code"] == "identity.community_exists"
    permissions = (await admin.get("/me")).json()["permissions"]
    assert "identity:role:grant" in permissions[told["id"]]
    # The platform admin sees nothing of what happens there.
    for path in ("/desk/audit", "/desk/roles", "/desk/verifications", "/desk/summary"):
        assert (await platform.get(path, params={"community_id": told["id"]})).status_code == 403


async def test_only_the_platform_opens_communities(house: House, community: Community, admin: Neighbour) -> None:
    body = {"name": "桃源社区", "district": "杭州市西湖区", "admin_phone": "13911112222"}
    assert (await admin.post("/communities", body)).status_code == 403
    platform = await house.officer(None, "platform_admin")
    own = await platform.post("/communities", body | {"admin_phone": platform.phone})
    assert (own.status_code, own.json()["code"]) == (409, "identity.own_role")
    assert await fetchval("SELECT count(*) FROM community") == 1
