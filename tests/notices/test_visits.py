"""Doors: ticked late, twice, by two, and taken back; the lists that workers walk."""

from datetime import timedelta
from typing import Any

from backend.core.clock import now
from backend.core.database import fetch, fetchval
from tests.house import Neighbour, at_once, key
from tests.notices.office import Office
from tests.notices.paper import published, revise

TOMORROW = timedelta(days=1)


def tick(office: Office, home: int, **more: Any) -> dict[str, Any]:
    return {"home_id": str(office.community.homes[home]), "told": "老伴", "note": "听力不好", **more}


async def test_a_tick_tells_the_home(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id)
    path = f"/desk/notices/{notice}/visits"
    async with office.house.statements(8):
        answer = await office.worker.post(path, tick(office, 1), headers=key())
    assert answer.status_code == 201, answer.text
    door = answer.json()
    assert (door["state"], door["name"]) == ("told", "102")
    # The worker lives elsewhere.
    assert list(door["visit"].values())[:3] == ["老伴", "听力不好", "翠湖社区居委会"]
    listed = (await office.worker.get(f"/desk/notices/{notice}/doors")).json()
    assert (listed["left"], len(listed["doors"]), listed["version"]) == (5, 6, 1)


async def test_late_twice_and_by_two_it_is_one_visit(office: Office) -> None:
    another = await office.house.officer(office.community, "worker")
    notice = await published(office.community, office.moderator.account_id)
    path = f"/desk/notices/{notice}/visits"
    same = key()
    sent = [office.worker.post(path, tick(office, 1, version=1), headers=same) for _ in range(3)]
    sent += [person.post(path, tick(office, 1, told="本人"), headers=key()) for person in (office.worker, another) * 3]
    answers = await at_once(*sent)
    assert {answer.status_code for answer in answers} == {201}
    assert len({str(answer.json()["visit"]) for answer in answers}) == 1
    assert await fetchval("SELECT count(*) FROM notice_visit") == 1


async def test_a_morning_s_doors_arrive_together(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id)
    path = f"/desk/notices/{notice}/visits"
    answers = [await office.worker.post(path, tick(office, at % 6), headers=key()) for at in range(60)]
    assert {answer.status_code for answer in answers} == {201}


async def test_the_phone_says_when_and_the_house_what_can_be(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id, at=now() - TOMORROW)
    path = f"/desk/notices/{notice}/visits"
    hour_ago = now() - timedelta(hours=1)
    for home, said in ((1, hour_ago), (2, now() + TOMORROW), (3, now() - 9 * TOMORROW)):
        await office.worker.post(path, tick(office, home, visited_at=said.isoformat()))
    homes = office.community.homes
    at = {row["home"]: row["visited_at"] for row in await fetch("SELECT home, visited_at FROM notice_visit")}
    published_at = await fetchval("SELECT published_at FROM notice")
    assert at[homes[1]] == hour_ago and at[homes[2]] <= now() and at[homes[3]] == published_at


async def test_a_visit_of_an_older_version_does_not_tell_the_new_one(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id)
    await revise(notice)
    path = f"/desk/notices/{notice}/visits"
    late = await office.worker.post(path, tick(office, 1, version=1))
    assert (late.status_code, late.json()["state"], late.json()["visit"]) == (201, "unreached", None)
    anew = await office.worker.post(path, tick(office, 1, version=2))
    assert anew.json()["state"] == "told"
    beyond = await office.worker.post(path, tick(office, 2, version=9))
    assert beyond.json()["state"] == "told"
    assert await fetchval("SELECT max(version) FROM notice_visit") == 2


async def test_reading_goes_before_a_visit(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id)
    await office.worker.post(f"/desk/notices/{notice}/visits", tick(office, 0))
    await office.wang.put(f"/notices/{notice}/read")
    doors = (await office.worker.get(f"/desk/notices/{notice}/homes")).json()["items"]
    assert (doors[0]["state"], doors[0]["visit"]["told"]) == ("reached", "老伴")
    listed = (await office.worker.get(f"/desk/notices/{notice}/doors")).json()
    assert office.community.homes[0] not in [door["home_id"] for door in listed["doors"]]


async def test_a_slip_is_taken_back(office: Office) -> None:
    notice = await published(office.community, office.moderator.account_id)
    await office.worker.post(f"/desk/notices/{notice}/visits", tick(office, 1))
    path = f"/desk/notices/{notice}/visits/{office.community.homes[1]}"
    for _ in range(2):
        answer = await office.moderator.delete(path)
        assert (answer.status_code, answer.json()["state"]) == (200, "unreached")
    lines = await fetch("SELECT actor, about FROM audit_line WHERE action = 'notice.visit_undone'")
    assert [tuple(line) for line in lines] == [(office.moderator.account_id, office.worker.account_id)]


async def test_refusals_write_nothing(office: Office) -> None:
    elsewhere = await office.house.open_community("桃源社区")
    foreign = await office.house.officer(elsewhere, "worker")
    notice = await published(office.community, office.moderator.account_id, places=[office.community.homes[0]])
    path = f"/desk/notices/{notice}/visits"
    assert (await office.wang.post(path, tick(office, 0))).status_code == 403
    assert (await foreign.post(path, tick(office, 0))).status_code == 404
    assert (await office.worker.post(path, tick(office, 1))).status_code == 404
    assert (await office.worker.post(path, tick(office, 0, home_id=str(elsewhere.homes[0])))).status_code == 404
    for field, value in (("told", "​"), ("told", "人" * 61), ("note", "字" * 201), ("version", 0)):
        assert (await office.worker.post(path, tick(office, 0, **{field: value}))).status_code == 422
    assert await fetchval("SELECT count(*) FROM notice_visit") == 0
    exact = tick(office, 0, told="人" * 60, note="字" * 200)
    assert (await office.worker.post(path, exact)).status_code == 201


async def listed(worker: Neighbour, office: Office) -> list[tuple[str, int, int]]:
    async with office.house.statements(3):
        answer = await worker.get(f"/desk/door-lists?community_id={office.community.id}")
    assert answer.status_code == 200, answer.text
    return [(it["title"], it["left"], it["homes"]) for it in answer.json()["items"]]


async def test_the_lists_of_a_worker(office: Office) -> None:
    writer = office.moderator.account_id
    await published(office.community, writer, title="普通")
    important = await published(office.community, writer, title="重要", priority="important")
    await published(office.community, writer, title="紧急", priority="urgent", places=[office.community.homes[0]])
    asking = await published(office.community, writer, title="请确认", ack_required=True, groups=["relation:owner"])
    assert await listed(office.worker, office) == [("紧急", 1, 1), ("请确认", 1, 1), ("重要", 6, 6)]
    await office.wang.put(f"/notices/{asking}/read")
    await office.worker.post(f"/desk/notices/{important}/visits", tick(office, 3))
    assert await listed(office.worker, office) == [("紧急", 1, 1), ("重要", 5, 6)]
    elsewhere = await office.house.open_community("桃源社区")
    foreign = await office.house.officer(elsewhere, "worker")
    answer = await foreign.get(f"/desk/door-lists?community_id={office.community.id}")
    assert answer.status_code == 404
