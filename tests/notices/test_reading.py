"""What people see of notices: theirs, the public ones, their own; and how the list is ordered."""

from datetime import timedelta

import httpx
import pytest

from backend.core.clock import now
from backend.core.database import execute
from tests.house import Community, House, Neighbour
from tests.notices.paper import badge, place_named, published, revise


@pytest.fixture
async def here(house: House) -> Community:
    return await house.open_community()


@pytest.fixture
async def moderator(house: House, here: Community) -> Neighbour:
    return await house.officer(here, "moderator")


@pytest.fixture
async def wang(house: House, here: Community, moderator: Neighbour) -> Neighbour:
    return await house.resident(here, moderator)


def shown(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [it["title"] for it in answer.json()["items"]]


async def test_one_notice_says_all_that_a_reader_needs(
    house: House, here: Community, moderator: Neighbour, wang: Neighbour
) -> None:
    building = await place_named(here, "3幢")
    notice = await published(
        here, moderator.account_id, organisation=await badge(here), places=[building], ack_required=True
    )
    async with house.statements(2):
        answer = await wang.get(f"/notices/{notice}")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["author"] == {
        "kind": "committee",
        "name": "翠湖社区居委会",
        "organisation_id": str(await badge(here)),
    }
    assert (body["community_name"], body["audience_words"]) == ("翠湖社区", "3幢")
    assert body["audience"] == {"places": [str(building)], "groups": []}
    assert (body["read"], body["acknowledged_at"], body["can"]) == (False, None, ["acknowledge"])
    assert (body["steps"], body["reason"]) == ([], None)
    again = await wang.get(f"/notices/{notice}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_words_of_an_audience(here: Community, wang: Neighbour, moderator: Neighbour) -> None:
    notice = await published(here, moderator.account_id, groups=["age:60", "relation:owner"], places=here.homes)
    words = (await moderator.get(f"/notices/{notice}")).json()["audience_words"]
    assert words == "3幢 2单元 101、3幢 2单元 102、3幢 2单元 103、3幢 2单元 104、3幢 2单元 105 等 6 处 · 60岁以上、业主"
    everybody = await published(here, moderator.account_id)
    assert (await wang.get(f"/notices/{everybody}")).json()["audience_words"] == "全体居民"
    english = await wang.get(f"/notices/{everybody}", headers={"Accept-Language": "en"})
    assert english.json()["audience_words"] == "All residents"


async def test_who_is_not_meant_sees_nothing(
    house: House, here: Community, moderator: Neighbour, wang: Neighbour
) -> None:
    elsewhere = await house.open_community("桃源社区")
    stranger = await house.resident(elsewhere, await house.officer(elsewhere, "moderator"), name="李小芳")
    guest = await house.guest()
    for_another_home = await published(here, moderator.account_id, places=[here.homes[1]])
    for_all = await published(here, moderator.account_id)
    public = await published(here, moderator.account_id, is_public=True)
    for person in (stranger, guest):
        assert [(await person.get(f"/notices/{it}")).status_code for it in (for_all, public)] == [404, 200]
        assert len(shown(await person.get(f"/communities/{here.id}/notices"))) == 1
    assert (await house.http.get(f"/api/v1/notices/{public}")).status_code == 200
    assert (await house.http.get(f"/api/v1/notices/{for_all}")).status_code == 404
    assert (await wang.get(f"/notices/{for_another_home}")).status_code == 404
    absent = await wang.get("/notices/01980000-0000-7000-8000-00000000dead")
    hidden = await wang.get(f"/notices/{for_another_home}")
    assert {k: v for k, v in absent.json().items() if k not in ("request_id", "instance")} == {
        k: v for k, v in hidden.json().items() if k not in ("request_id", "instance")
    }
    assert (await wang.get("/communities/01980000-0000-7000-8000-00000000dead/notices")).status_code == 404


async def test_whoever_moves_in_sees_what_still_holds(house: House, here: Community, moderator: Neighbour) -> None:
    notice = await published(here, moderator.account_id, places=[here.homes[2]])
    newcomer = await house.guest()
    assert (await newcomer.get(f"/notices/{notice}")).status_code == 404
    li = await house.resident(here, moderator, home=2, name="李小芳")
    assert (await li.get(f"/notices/{notice}")).status_code == 200
    await execute("UPDATE residency SET ended_at = now() WHERE home = $1", here.homes[2])
    assert (await li.get(f"/notices/{notice}")).status_code == 404


async def test_before_it_is_out_only_its_submitter_and_the_desk_see_it(
    house: House, here: Community, moderator: Neighbour, wang: Neighbour
) -> None:
    li = await house.resident(here, moderator, home=1, name="李小芳")
    worker = await house.officer(here, "worker")
    draft = {"state": "draft", "published_at": None, "ends_at": None, "reference": None}
    mine = await published(here, wang.account_id, **draft)
    handed_in = await published(here, wang.account_id, **{**draft, "state": "submitted"})
    for person, states in ((wang, [200, 200]), (moderator, [404, 200]), (li, [404, 404]), (worker, [404, 404])):
        assert [(await person.get(f"/notices/{it}")).status_code for it in (mine, handed_in)] == states
    assert (await wang.get(f"/notices/{mine}")).json()["can"] == ["edit", "submit", "withdraw"]
    assert (await wang.get(f"/notices/{handed_in}")).json()["can"] == ["withdraw"]
    assert len(shown(await wang.get(f"/communities/{here.id}/notices?show=mine"))) == 2
    assert shown(await wang.get(f"/communities/{here.id}/notices")) == []
    assert shown(await house.http.get(f"/api/v1/communities/{here.id}/notices?show=mine")) == []


async def test_the_desk_reads_what_it_follows_to_the_doors(house: House, here: Community, moderator: Neighbour) -> None:
    worker = await house.officer(here, "worker")
    notice = await published(here, moderator.account_id, places=[here.homes[0]])
    assert (await worker.get(f"/notices/{notice}")).status_code == 200
    await execute("UPDATE notice SET state = 'withdrawn' WHERE id = $1", notice)
    assert (await worker.get(f"/notices/{notice}")).status_code == 404


async def test_pinned_then_unread_then_newest_page_by_page(
    house: House, here: Community, moderator: Neighbour, wang: Neighbour
) -> None:
    made = {}
    for hours, title in enumerate(("最新", "较新", "置顶旧", "较旧", "最旧")):
        pinned = now() + timedelta(days=1) if title == "置顶旧" else None
        made[title] = await published(
            here, moderator.account_id, title=title, at=now() - timedelta(hours=hours), pinned_until=pinned
        )
    assert (await wang.put(f"/notices/{made['最新']}/read")).status_code == 200
    path, seen, cursor = f"/communities/{here.id}/notices?limit=2", [], ""
    while True:
        async with house.statements(3):
            answer = await wang.get(path + cursor)
        seen += shown(answer)
        if answer.json()["next_cursor"] is None:
            break
        cursor = f"&cursor={answer.json()['next_cursor']}"
    assert seen == ["置顶旧", "较新", "较旧", "最旧", "最新"]
    assert shown(await wang.get(f"/communities/{here.id}/notices?show=unread")) == ["置顶旧", "较新", "较旧", "最旧"]


async def test_filters(house: House, here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    await published(here, moderator.account_id, title="党员大会", stream="news")
    asking = await published(here, moderator.account_id, title="燃气安检 100%", ack_required=True)
    over = await published(here, moderator.account_id, title="去年的", at=now() - timedelta(days=20))
    await execute("UPDATE notice SET state = 'expired' WHERE id = $1", over)
    path = f"/communities/{here.id}/notices"
    assert shown(await wang.get(f"{path}?stream=news")) == ["党员大会"]
    assert shown(await wang.get(f"{path}?show=to_acknowledge")) == ["燃气安检 100%"]
    assert shown(await wang.get(f"{path}?show=past")) == ["去年的"]
    assert shown(await wang.get(f"{path}?q=100%25")) == ["燃气安检 100%"]
    assert shown(await wang.get(f"{path}?q=%25%25")) == []
    await wang.put(f"/notices/{asking}/acknowledgement")
    assert shown(await wang.get(f"{path}?show=to_acknowledge")) == []
    await execute("UPDATE notice SET ends_at = now() WHERE state = 'published'")
    assert shown(await wang.get(path)) == []
    assert shown(await wang.get(f"{path}?show=past&limit=1")) == ["燃气安检 100%"]


async def test_an_item_of_the_list(here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    notice = await published(here, wang.account_id, body="长" * 200, ack_required=True)
    (item,) = (await wang.get(f"/communities/{here.id}/notices")).json()["items"]
    assert item["excerpt"] == "长" * 79 + "…"
    assert item["author"] == {"kind": "resident", "name": "王先生 · 3幢", "organisation_id": None}
    assert (item["read"], item["acknowledged"], item["attachments"], item["pinned"]) == (False, False, 0, False)
    await wang.put(f"/notices/{notice}/acknowledgement")
    await revise(notice)
    (item,) = (await wang.get(f"/communities/{here.id}/notices")).json()["items"]
    assert (item["read"], item["acknowledged"], item["version"]) == (False, False, 2)


async def test_a_cursor_of_another_list_is_refused(here: Community, moderator: Neighbour, wang: Neighbour) -> None:
    for _ in range(2):
        await published(here, moderator.account_id)
    path = f"/communities/{here.id}/notices"
    cursor = (await wang.get(f"{path}?limit=1")).json()["next_cursor"]
    assert (await wang.get(f"{path}?show=past&cursor={cursor}")).status_code == 400
