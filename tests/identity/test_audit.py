"""The desk's audit log and front page."""

from datetime import timedelta
from uuid import UUID

import pytest

from backend.core import audit
from backend.core.database import fetchval, transaction
from tests.house import Clock, Community, House, Neighbour

PATH = "/desk/audit"


@pytest.fixture
async def admin(house: House, community: Community) -> Neighbour:
    return await house.officer(community, "committee_admin")


async def lines(who: Neighbour, community: Community, **filters: object) -> list[dict[str, object]]:
    answer = await who.get(PATH, params={"community_id": str(community.id), "limit": 50, **filters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["items"]
    return found


async def test_every_decision_is_there_newest_first(
    house: House, community: Community, admin: Neighbour, moderator: Neighbour
) -> None:
    first = await house.resident(community, moderator, home=0)
    second = await house.resident(community, moderator, home=1)
    approved = await lines(admin, community, action="verification.approved")
    assert len(approved) == 2 and str(approved[0]["at"]) > str(approved[1]["at"])
    assert approved[0]["actor"] == moderator.phone[:3] + "****" + moderator.phone[-4:]
    about = await lines(admin, community, about=str(first.account_id))
    assert {line["subject_id"] for line in about} == {approved[1]["subject_id"]}
    assert await lines(admin, community, about=str(second.account_id), action="role.granted") == []


async def test_the_actor_goes_by_the_name_that_neighbours_know(
    house: House, community: Community, admin: Neighbour, moderator: Neighbour
) -> None:
    resident = await house.resident(community, moderator)
    async with transaction():
        await audit.record(
            "role.granted", actor=resident.account_id, community=community.id, subject="role_grant", subject_id=None
        )
        await audit.record("lease.ended", actor=None, community=community.id, subject="residency", subject_id=None)
    by_action = {line["action"]: line["actor"] for line in await lines(admin, community)}
    assert str(by_action["role.granted"]).startswith("王")
    assert by_action["lease.ended"] is None


async def test_every_line_says_whom_it_is_about(
    house: House, community: Community, admin: Neighbour, moderator: Neighbour
) -> None:
    """By the name neighbours know; by phone who doesn't live here; a closed account by nothing at all."""
    resident = await house.resident(community, moderator, home=0)
    leaver = await house.resident(community, moderator, home=1)
    guest = await house.guest()
    assert (await leaver.delete("/me")).status_code == 204
    async with transaction():
        for action, about in (("story.guest", guest.account_id), ("story.nobody", None)):
            await audit.record(
                action, actor=None, community=community.id, about=about, subject="story", subject_id=None
            )
    async with house.statements(3):
        found = await lines(admin, community)
    named = {line["about"]["id"]: line["about"]["name"] for line in found if isinstance(line["about"], dict)}
    assert named.pop(str(guest.account_id)) == guest.phone[:3] + "****" + guest.phone[-4:]
    assert named.pop(str(leaver.account_id)) == "已注销"
    assert named.pop(str(resident.account_id)).startswith("王") and not named
    assert [line["action"] for line in found if line["about"] is None] == ["story.nobody"]


async def test_a_stretch_of_time(house: House, community: Community, admin: Neighbour, moved_clock: Clock) -> None:
    moments = []
    for day in range(3):
        async with transaction():
            await audit.record(f"story.{day}", actor=None, community=community.id, subject="story", subject_id=None)
        moments.append(str((await lines(admin, community))[0]["at"]))
        moved_clock.advance(minutes=2)

    async def told(**when: str) -> list[object]:
        return [line["action"] for line in await lines(admin, community, **when)]

    assert await told(since=moments[1]) == ["story.2", "story.1"]
    assert await told(until=moments[1]) == ["story.0"]
    assert await told(since=moments[1], until=moments[2]) == ["story.1"]
    assert await told(since=moments[1].removesuffix("Z")) == ["story.2", "story.1"]
    for wrong in ("yesterday", "0001-01-01T00:00:00+08:00"):
        answer = await admin.get(PATH, params={"community_id": str(community.id), "since": wrong})
        assert answer.status_code in (400, 422), answer.text


async def test_pages_follow_each_other_without_gap(house: House, community: Community, admin: Neighbour) -> None:
    async with transaction():
        for number in range(7):
            await audit.record(f"story.{number}", actor=None, community=community.id, subject="story", subject_id=None)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(4):
        where = {"community_id": str(community.id), "limit": 2} | ({"cursor": cursor} if cursor else {})
        async with house.statements(3):
            page = (await admin.get(PATH, params=where)).json()
        seen += [line["action"] for line in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"story.{number}" for number in reversed(range(7))] and cursor is None


async def test_who_may_read_it(house: House, community: Community, admin: Neighbour, moderator: Neighbour) -> None:
    elsewhere = await house.open_community("桃源社区")
    stranger = await house.officer(elsewhere, "committee_admin")
    auditor = await house.officer(community, "auditor")
    where = {"community_id": str(community.id)}
    assert (await auditor.get(PATH, params=where)).status_code == 200
    assert (await moderator.get(PATH, params=where)).status_code == 403
    assert (await stranger.get(PATH, params=where)).status_code == 404
    assert (await admin.get(PATH)).status_code == 422


async def test_the_front_page_counts(
    house: House, community: Community, moderator: Neighbour, moved_clock: Clock
) -> None:
    where = {"community_id": str(community.id)}
    empty = {"submitted": 0, "claimed_by_me": 0, "oldest_age_hours": None}
    assert (await moderator.get("/desk/summary", params=where)).json() == {
        "verifications": empty,
        "residents": 0,
        "homes": 6,
        "homes_with_resident": 0,
    }
    await house.resident(community, moderator, home=0)
    await house.resident(community, moderator, home=0)
    applicants = [await house.guest() for _ in range(2)]
    waiting = [
        (await guest.post("/verifications", house.application(community, 1))).json()["id"] for guest in applicants
    ]
    assert (await moderator.put(f"/desk/verifications/{waiting[0]}/claim")).status_code == 200
    moved_clock.advance(hours=5)
    await moderator.get("/me")
    again = await house.officer(community, "moderator")
    async with house.statements(4):
        summary = (await again.get("/desk/summary", params=where)).json()
    assert summary == {
        "verifications": {"submitted": 1, "claimed_by_me": 0, "oldest_age_hours": 5},
        "residents": 2,
        "homes": 6,
        "homes_with_resident": 1,
    }


async def test_the_front_page_is_for_those_with_a_desk_here(
    house: House, community: Community, moderator: Neighbour
) -> None:
    elsewhere = await house.open_community("桃源社区")
    where = {"community_id": str(elsewhere.id)}
    assert (await moderator.get("/desk/summary", params=where)).status_code == 404
    assert (await moderator.get("/desk/summary", params={"community_id": str(UUID(int=7))})).status_code == 404
    resident = await house.resident(community, moderator)
    assert (await resident.get("/desk/summary", params={"community_id": str(community.id)})).status_code == 403
    assert await fetchval("SELECT count(*) FROM audit_line WHERE at > now() + $1", timedelta(days=1)) == 0
