"""Grids: which worker walks which places, and what that does to their lists."""

from backend.core.database import fetch, fetchval
from tests.notices.office import Office, done, refused
from tests.notices.paper import place_named, published


async def assign(office: Office, places: list[str], by=None):
    path = f"/desk/grids/{office.worker.account_id}?community_id={office.community.id}"
    return await (by or office.admin).put(path, {"place_ids": places})


async def test_assigned_changed_and_taken_away(office: Office) -> None:
    building = str(await place_named(office.community, "3幢"))
    entrance = str(await place_named(office.community, "2单元"))
    async with office.house.statements(8):
        given = await done(assign(office, [building, building]))
    assert [(it["path"], it["homes"]) for it in given["places"]] == [("翠湖园 3幢", 6)]
    changed = await done(assign(office, [building, entrance]))
    assert [it["path"] for it in changed["places"]] == ["翠湖园 3幢", "翠湖园 3幢 2单元"]
    assert changed["since"] is not None
    none = await done(assign(office, []))
    assert (none["places"], none["since"]) == ([], None)
    lines = await fetch("SELECT about, details FROM audit_line WHERE action = 'grid.assigned' ORDER BY at")
    assert [(line["about"], line["details"]) for line in lines][0] == (office.worker.account_id, '{"places": 1}')


async def test_a_list_of_every_worker(office: Office) -> None:
    other = await office.house.officer(office.community, "worker")
    async with office.house.statements(3):
        answer = await office.worker.get(f"/desk/grids?community_id={office.community.id}")
    grids = answer.json()["items"]
    assert [it["account_id"] for it in grids] == [str(office.worker.account_id), str(other.account_id)]
    assert all(it["name"] and it["places"] == [] for it in grids)


async def test_a_grid_narrows_the_doors(office: Office) -> None:
    community = office.community
    notice = await published(community, office.moderator.account_id, priority="important")
    elsewhere = await office.house._place(community.id, None, "estate", "新园", "新园")
    building = await office.house._place(community.id, elsewhere, "building", "1幢", "新园 1幢")
    # Hangs below its building, without an entrance.
    await office.house._place(community.id, building, "home", "9", "新园 1幢 9")
    path = f"/desk/notices/{notice}/doors"
    assert (await done(office.worker.get(path)))["left"] == 7
    await done(assign(office, [str(elsewhere)]))
    mine = await done(office.worker.get(path))
    assert [door["path"] for door in mine["doors"]] == ["新园 1幢 9"]
    lists = await done(office.worker.get(f"/desk/door-lists?community_id={community.id}"))
    assert [(it["left"], it["homes"]) for it in lists["items"]] == [(1, 1)]
    assert (await done(office.moderator.get(path)))["left"] == 7


async def test_refusals(office: Office) -> None:
    home, other = str(office.community.homes[0]), await office.house.open_community("桃源社区")
    foreign = str(await place_named(other, "3幢"))
    building = str(await place_named(office.community, "3幢"))
    assert (await assign(office, [home])).status_code == 422
    assert (await assign(office, [foreign])).status_code == 422
    assert (await assign(office, [building], by=office.moderator)).status_code == 403
    assert (await assign(office, [building] * 101)).status_code == 422
    assert (await assign(office, [building] * 100)).status_code == 200
    stranger = await office.house.officer(other, "committee_admin")
    assert (await assign(office, [building], by=stranger)).status_code == 404
    not_a_worker = f"/desk/grids/{office.wang.account_id}?community_id={office.community.id}"
    await refused(office.admin.put(not_a_worker, {"place_ids": [building]}), 404)
    assert await fetchval("SELECT count(*) FROM grid_place") == 1
