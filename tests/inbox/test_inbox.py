"""The bell over HTTP: the list, reading, preferences; nobody sees another's."""

from uuid import UUID

import pytest

from backend.core.database import fetchrow, fetchval
from backend.core.sentences import LOCALES, catalogue
from backend.inbox import service as inbox
from backend.inbox.queries import inbox_page
from backend.inbox.rules import KINDS
from backend.inbox.schemas import ITEM_IDS_MOST
from tests.house import Clock, Community, House, Neighbour

FAR = "2099-01-01T00:00:00Z"


async def tell(person: Neighbour, community: Community, number: int, kind: str = "notice.published") -> None:
    params: dict[str, str | int] = {"title": f"第{number}条", "author": "居委会"}
    about = inbox.About(kind, "notice", UUID(int=number), community.id, params)
    await inbox.tell(person.account_id, about, once=f"notice:{number}")


async def test_pages_newest_first_within_the_budget(house: House, community: Community, xiuying: Neighbour) -> None:
    await xiuying.put("/inbox/read", {"until": FAR})
    for number in range(25):
        await tell(xiuying, community, number)
    async with house.statements(3):
        first = (await xiuying.get("/inbox?show=unread&limit=20")).json()
    assert [item["title"] for item in first["items"]][:2] == ["第24条", "第23条"]
    assert first["unread"] == 25
    second = (await xiuying.get(f"/inbox?show=unread&limit=20&cursor={first['next_cursor']}")).json()
    assert [item["title"] for item in second["items"]] == [f"第{n}条" for n in range(4, -1, -1)]
    assert second["next_cursor"] is None
    assert (await xiuying.get("/me")).json()["unread"]["inbox"] == 25


async def test_the_number_is_counted_up_to_a_hundred(house: House, community: Community, xiuying: Neighbour) -> None:
    for number in range(105):
        await tell(xiuying, community, number)
    assert (await xiuying.get("/inbox?limit=1")).json()["unread"] == 100


async def test_reading_is_mine_alone(
    house: House, community: Community, xiuying: Neighbour, guoqiang: Neighbour
) -> None:
    for person in (xiuying, guoqiang):
        await person.put("/inbox/read", {"until": FAR})
        await tell(person, community, 1)
    mine = (await xiuying.get("/inbox?show=unread")).json()["items"][0]["id"]
    other = await guoqiang.put("/inbox/read", {"item_ids": [mine]})
    assert (other.status_code, other.json()) == (200, {"unread": 1})
    for _ in range(2):
        assert (await xiuying.put("/inbox/read", {"item_ids": [mine]})).json() == {"unread": 0}
    assert (await xiuying.get("/inbox?show=unread")).json()["items"] == []


@pytest.mark.parametrize(("ids", "status"), [(ITEM_IDS_MOST, 200), (ITEM_IDS_MOST + 1, 422)])
async def test_how_many_are_read_at_once(house: House, xiuying: Neighbour, ids: int, status: int) -> None:
    answer = await xiuying.put("/inbox/read", {"item_ids": [str(UUID(int=n)) for n in range(ids)]})
    assert answer.status_code == status


async def test_words_in_english(house: House, community: Community, xiuying: Neighbour) -> None:
    await tell(xiuying, community, 1)
    page = (await xiuying.get("/inbox", headers={"Accept-Language": "en"})).json()
    assert page["items"][0]["body"] == "A new notice from 居委会."


async def test_nobody_reads_it_without_signing_in(house: House) -> None:
    assert (await house.http.get("/api/v1/inbox")).status_code == 401


async def test_preferences_hold(house: House, community: Community, xiuying: Neighbour) -> None:
    held = (await xiuying.get("/me/preferences")).json()
    assert held["quiet_hours"] == {"on": True, "starts": "22:00", "ends": "07:00"}
    assert {kind["kind"] for kind in held["kinds"]} == set(KINDS)
    change = {
        "quiet_hours": {"on": True, "starts": "21:30", "ends": "08:00"},
        "kinds": [{"kind": "notice.published", "channel": "push", "on": False}],
    }
    async with house.statements(5):
        changed = (await xiuying.put("/me/preferences", change)).json()
    assert changed["quiet_hours"]["starts"] == "21:30"
    await tell(xiuying, community, 1)
    assert await fetchval("SELECT push_state FROM inbox_item WHERE once = 'notice:1'") == "none"


async def test_what_can_not_be_switched_off(house: House, xiuying: Neighbour) -> None:
    for kind, channel in (("notice.urgent", "push"), ("notice.published", "inbox"), ("verification.decided", "push")):
        refused = await xiuying.put("/me/preferences", {"kinds": [{"kind": kind, "channel": channel, "on": False}]})
        assert (refused.status_code, refused.json()["code"]) == (409, "inbox.channel_locked")
    assert await fetchrow("SELECT FROM inbox_preference WHERE choices <> '{}'") is None
    unknown = {"kinds": [{"kind": "weather", "channel": "push", "on": False}]}
    assert (await xiuying.put("/me/preferences", unknown)).status_code == 422


@pytest.mark.parametrize("words", ["24:00", "7:00", "22:60", "二十二点", "22:00\n"])
async def test_times_that_are_none(house: House, xiuying: Neighbour, words: str) -> None:
    answer = await xiuying.put("/me/preferences", {"quiet_hours": {"on": True, "starts": words, "ends": "07:00"}})
    assert answer.status_code == 422


async def test_a_verification_decided_is_told(house: House, community: Community, moderator: Neighbour) -> None:
    resident = await house.resident(community, moderator, home=2)
    await house.drain()
    page = (await resident.get("/inbox")).json()
    assert [(item["kind"], item["title"]) for item in page["items"]] == [("verification.decided", "认证通过，欢迎回家")]


async def test_an_application_waiting_for_a_day_is_told_to_the_desk(
    house: House, community: Community, moderator: Neighbour, moved_clock: Clock
) -> None:
    guest = await house.guest()
    await guest.post("/verifications", house.application(community))
    moved_clock.advance(hours=24)
    await house.due_now()
    await house.drain()
    # Not over HTTP: the moderator's token has run out meanwhile.
    page = await inbox_page(moderator.account_id, "zh-CN", unread=True, limit=20, cursor=None)
    assert [item.title for item in page.items] == ["有认证等了 24 小时"]


def test_every_kind_has_its_sentences() -> None:
    """Sentences are looked up while reading; a missing one would show as an internal error."""
    for locale in LOCALES:
        known = set(catalogue(locale))
        for kind in KINDS:
            assert {f"inbox.{kind}.name", f"inbox.push.{kind}"} <= known
            assert any(name.startswith(f"inbox.{kind}.") and name.endswith(".title") for name in known)
