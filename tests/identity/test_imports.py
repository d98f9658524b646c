"""Address files at the desk: who hands them in, what becomes of them, what a second time changes."""

from uuid import uuid4

import pytest

from backend.core.database import fetch, fetchval
from tests.house import Community, House, Neighbour, at_once, key
from tests.identity.address_tables import PATH, SMALL, hand_in, imported


@pytest.fixture
async def admin(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "committee_admin")


async def places(community: Community) -> list[tuple[str, str, bool]]:
    rows = await fetch(
        """SELECT kind, path, has_children FROM place WHERE community = $1 AND path LIKE '柳岸新村%'
           ORDER BY path COLLATE "C" """,
        community.id,
    )
    return [(row["kind"], row["path"], row["has_children"]) for row in rows]


async def test_a_file_becomes_a_tree(house: House, community: Community, admin: Neighbour) -> None:
    told = await imported(house, admin, community, SMALL)
    assert told["state"] == "done", told
    assert (told["rows_total"], told["rows_done"], told["created"], told["errors"]) == (4, 4, 4, 0)
    assert await places(community) == [
        ("estate", "柳岸新村", True),
        ("building", "柳岸新村 10号楼", True),
        ("home", "柳岸新村 10号楼 301", False),
        ("building", "柳岸新村 1号楼", True),
        ("entrance", "柳岸新村 1号楼 1单元", True),
        ("home", "柳岸新村 1号楼 1单元 101", False),
        ("home", "柳岸新村 1号楼 1单元 102", False),
        ("building", "柳岸新村 2号楼", True),
        ("entrance", "柳岸新村 2号楼 2单元", True),
        ("home", "柳岸新村 2号楼 2单元 201", False),
    ]
    areas = await fetch("SELECT floor_area_cm2 FROM place WHERE kind = 'home' AND path LIKE '柳岸%' ORDER BY path")
    assert [row["floor_area_cm2"] for row in areas] == [602_500, 885_000, None, None]
    assert await fetchval("SELECT home_count FROM community WHERE id = $1", community.id) == 4 + len(community.homes)


async def test_doors_are_listed_as_people_count_them(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    path = f"/communities/{community.id}/addresses"
    estates = (await admin.get(path)).json()["items"]
    estate = next(it for it in estates if it["name"] == "柳岸新村")
    async with house.statements(3):
        below = (await admin.get(path, params={"parent": estate["id"]})).json()["items"]
    assert [it["name"] for it in below] == ["1号楼", "2号楼", "10号楼"]


async def test_again_it_changes_nothing(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    before = await fetch("SELECT * FROM place ORDER BY id")
    told = await imported(house, admin, community, SMALL)
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 0, 4)
    assert await fetch("SELECT * FROM place ORDER BY id") == before


async def test_a_floor_area_told_later_is_taken(house: House, community: Community, admin: Neighbour) -> None:
    await imported(house, admin, community, SMALL)
    told = await imported(house, admin, community, SMALL.replace("102,", "102,99.99"))
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 1, 3)
    assert await fetchval("SELECT floor_area_cm2 FROM place WHERE path = '柳岸新村 1号楼 1单元 102'") == 999_900


async def test_a_dry_run_says_the_same_and_writes_no_place(
    house: House, community: Community, admin: Neighbour
) -> None:
    before = await fetchval("SELECT count(*) FROM place")
    text = SMALL + "柳岸新村,1号楼,1单元,103,大\n"
    told = await imported(house, admin, community, text, dry_run=True)
    assert await fetchval("SELECT count(*) FROM place") == before
    real = await imported(house, admin, community, text)
    same = ("state", "rows_total", "rows_done", "created", "updated", "unchanged", "errors", "detail")
    assert {name: told[name] for name in same} == {name: real[name] for name in same}
    assert (real["created"], real["errors"]) == (4, 1)


async def test_without_a_word_it_is_a_dry_run(community: Community, admin: Neighbour) -> None:
    form = {"community_id": str(community.id)}
    answer = await admin.post(PATH, data=form, files={"file": ("a.csv", SMALL.encode())})
    assert answer.status_code == 202 and answer.json()["dry_run"] is True


async def test_one_file_at_a_time_in_a_community(house: House, community: Community, admin: Neighbour) -> None:
    answers = await at_once(*(hand_in(admin, community, SMALL) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"identity.import_running"}
    await house.drain()
    assert (await hand_in(admin, community, SMALL)).status_code == 202


async def test_the_same_key_and_file_are_one_import(house: House, community: Community, admin: Neighbour) -> None:
    headers = key()
    first = await hand_in(admin, community, SMALL, headers=headers)
    await house.drain()
    again = await hand_in(admin, community, SMALL, headers=headers)
    assert again.status_code == 202 and again.json()["id"] == first.json()["id"]
    other = await hand_in(admin, community, SMALL + "柳岸新村,9号楼,1单元,101,\n", headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "core.key_reused")


async def test_only_those_who_may_here(house: House, community: Community, admin: Neighbour) -> None:
    elsewhere = await house.open_community("桃源社区")
    stranger = await house.officer(elsewhere, "committee_admin")
    moderator = await house.officer(community, "moderator")
    told = await imported(house, admin, community, SMALL)
    assert (await hand_in(stranger, community, SMALL)).status_code == 404
    assert (await hand_in(moderator, community, SMALL)).status_code == 403
    for path in (f"{PATH}/{told['id']}", f"{PATH}/{told['id']}/errors"):
        absent = await stranger.get(path.replace(told["id"], str(uuid4())))
        foreign = await stranger.get(path)
        assert foreign.status_code == absent.status_code == 404 and foreign.text == absent.text
        assert (await moderator.get(path)).status_code == 403
    assert (await stranger.get(PATH, params={"community_id": str(community.id)})).status_code == 404
    assert await fetchval("SELECT count(*) FROM address_import") == 1


async def test_the_list_is_newest_first_and_paged(house: House, community: Community, admin: Neighbour) -> None:
    made = [(await imported(house, admin, community, SMALL, dry_run=True))["id"] for _ in range(3)]
    where = {"community_id": str(community.id), "limit": 2}
    async with house.statements(3):
        first = (await admin.get(PATH, params=where)).json()
    second = (await admin.get(PATH, params=where | {"cursor": first["next_cursor"]})).json()
    assert [it["id"] for it in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None


async def test_handing_in_stays_within_its_statements(house: House, community: Community, admin: Neighbour) -> None:
    async with house.statements(8):
        answer = await hand_in(admin, community, SMALL)
    async with house.statements(4):
        await admin.get(f"{PATH}/{answer.json()['id']}")


async def test_a_run_leaves_one_audit_line(house: House, community: Community, admin: Neighbour) -> None:
    told = await imported(house, admin, community, SMALL)
    await imported(house, admin, community, SMALL, dry_run=True)
    rows = await fetch("SELECT subject_id, actor FROM audit_line WHERE action = 'addresses.imported'")
    assert [(str(row["subject_id"]), row["actor"]) for row in rows] == [(told["id"], admin.account_id)]
