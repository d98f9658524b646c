"""Coverage: every home in one state, by building and entrance; the drill-down; who may look."""

from datetime import date
from typing import Any

import pytest

from backend.core.database import execute
from backend.core.ids import new_id
from backend.notices.rules.coverage import share_of
from tests.house import House, Neighbour
from tests.notices.office import Office
from tests.notices.paper import place_named, published, revise


@pytest.fixture
async def li(office: Office) -> Neighbour:
    return await office.house.resident(office.community, office.moderator, home=1, name="李小芳")


async def counts(office: Office, notice: Any, by: Neighbour | None = None) -> tuple[int, ...]:
    answer = await (by or office.moderator).get(f"/desk/notices/{notice}/coverage")
    assert answer.status_code == 200, answer.text
    return tuple(answer.json()["counts"].values())


async def test_a_home_counts_once_however_many_live_there(office: Office, li: Neighbour) -> None:
    zhao = await office.house.resident(office.community, office.moderator, home=0, name="赵强")
    notice = await published(office.community, office.moderator.account_id, ack_required=True)
    assert await counts(office, notice) == (6, 0, 0, 0, 6)
    await office.wang.put(f"/notices/{notice}/read")
    await zhao.put(f"/notices/{notice}/read")
    assert await counts(office, notice) == (6, 0, 1, 0, 5)
    await zhao.put(f"/notices/{notice}/acknowledgement")
    assert await counts(office, notice) == (6, 1, 0, 0, 5)
    await li.put(f"/notices/{notice}/read")
    assert await counts(office, notice) == (6, 1, 1, 0, 4)


async def test_the_answer_has_all_that_the_screen_shows(office: Office, li: Neighbour) -> None:
    notice = await published(office.community, office.moderator.account_id, ack_required=True)
    await office.wang.put(f"/notices/{notice}/acknowledgement")
    async with office.house.statements(4):
        answer = await office.moderator.get(f"/desk/notices/{notice}/coverage")
    body = answer.json()
    (building,) = body["buildings"]
    (entrance,) = building["entrances"]
    assert (building["estate"], building["name"], entrance["name"]) == ("翠湖园", "3幢", "2单元")
    assert building["counts"] == entrance["counts"] == body["counts"]
    assert (body["share"], body["version"], body["ack_required"]) == (16, 1, True)
    # Wang, Li and the officers, who are addressed as well.
    assert (body["people"], body["people_read"], body["people_acknowledged"]) == (6, 1, 1)
    assert [it["step"] for it in body["reminders"]] == ["doors", "again"]
    again = await office.moderator.get(
        f"/desk/notices/{notice}/coverage", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


async def test_places_count_empty_homes_and_groups_only_those_of_the_group(office: Office, li: Neighbour) -> None:
    one = await published(office.community, office.moderator.account_id, places=office.community.homes[1:4])
    assert await counts(office, one) == (3, 0, 0, 0, 3)
    await born(office.wang, "1999-05-01")
    old = await published(office.community, office.moderator.account_id, groups=["age:60"], is_public=True)
    assert await counts(office, old) == (1, 0, 0, 0, 1)
    # Who is not meant may read what is public; the home's old people have not.
    zhao = await office.house.resident(office.community, office.moderator, home=1, name="赵强")
    await born(zhao, "1999-05-01")
    assert (await zhao.put(f"/notices/{old}/read")).status_code == 200
    assert await counts(office, old) == (1, 0, 0, 0, 1)
    await li.put(f"/notices/{old}/read")
    assert await counts(office, old) == (1, 0, 1, 0, 0)
    nobody = await published(office.community, office.moderator.account_id, groups=["role:merchant"])
    assert await counts(office, nobody) == (0, 0, 0, 0, 0)


async def test_a_new_version_starts_anew(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id)
    await office.wang.put(f"/notices/{notice}/read")
    await office.worker.post(f"/desk/notices/{notice}/visits", visit(office, 2))
    assert await counts(office, notice) == (6, 0, 1, 1, 4)
    await revise(notice)
    assert await counts(office, notice) == (6, 0, 0, 0, 6)


async def test_the_drill_down_to_doors(office: Office, li: Neighbour) -> None:
    notice = await published(office.community, office.moderator.account_id)
    await li.put(f"/notices/{notice}/read")
    building = await place_named(office.community, "3幢")
    path = f"/desk/notices/{notice}/homes?place_id={building}"
    async with office.house.statements(3):
        doors = (await office.moderator.get(path)).json()["items"]
    assert [door["name"] for door in doors] == ["101", "102", "103", "104", "105", "106"]
    assert [(it["state"], it["members"], it["with_app"]) for it in doors[:3]] == [
        ("unreached", 1, 1), ("reached", 1, 1), ("unreached", 0, 0),
    ]  # fmt: skip
    (reached,) = (await office.moderator.get(f"{path}&state=reached")).json()["items"]
    assert reached["path"] == "翠湖园 3幢 2单元 102"
    elsewhere = (await office.moderator.get(f"/desk/notices/{notice}/homes?place_id={new_id()}")).json()
    assert elsewhere["items"] == []


async def test_who_may_look(house: House, office: Office) -> None:
    other = await house.open_community("桃源社区")
    foreign = await house.officer(other, "moderator")
    notice = await published(office.community, office.moderator.account_id)
    for path in ("coverage", "homes", "doors"):
        assert (await foreign.get(f"/desk/notices/{notice}/{path}")).status_code == 404
        assert (await office.wang.get(f"/desk/notices/{notice}/{path}")).status_code == 403
        assert (await office.worker.get(f"/desk/notices/{notice}/{path}")).status_code == 200
    draft = await office.draft()
    assert (await office.moderator.get(f"/desk/notices/{draft}/coverage")).status_code == 404


@pytest.mark.parametrize(
    ("homes", "unreached", "share"), [(0, 0, 100), (1, 0, 100), (200, 1, 99), (3, 3, 0), (3, 2, 33)]
)
def test_a_hundred_percent_is_everybody(homes: int, unreached: int, share: int) -> None:
    assert share_of(homes, unreached) == share


async def born(person: Neighbour, day: str) -> None:
    await execute(
        "UPDATE person SET birth_date = $2 WHERE id = (SELECT person FROM account WHERE id = $1)",
        person.account_id,
        date.fromisoformat(day),
    )


def visit(office: Office, home: int, **more: Any) -> dict[str, Any]:
    return {"home_id": str(office.community.homes[home]), "told": "本人", **more}
