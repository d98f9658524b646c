"""What rings at night: two pairs of eyes or an admin's decision, and a few a month at most."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from backend.core.clock import now
from backend.core.database import execute, fetch, fetchval
from backend.notices.rules.writing import URGENT_PER_ORGANISATION_MONTH
from tests.house import at_once
from tests.notices.office import Office, column, done, edit_of, refused, standing

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def within_a_month(request: pytest.FixtureRequest) -> None:
    """Whatever a test asks for is of one month: shortly before its end, the next has begun."""
    here = datetime.now(SHANGHAI)
    if (here + timedelta(minutes=20)).month != here.month:
        request.getfixturevalue("moved_clock").advance(hours=1)


async def ready(office: Office) -> str:
    """An urgent one of the committee's, approved and seconded."""
    notice = await office.approved(office.worker, priority="urgent", organisation_id=await office.committee())
    await done(office.colleague.put(f"/desk/notices/{notice}/approval"))
    return notice


def out(notice: str) -> str:
    return f"/desk/notices/{notice}/publication"


async def test_one_pair_of_eyes_is_not_enough(office: Office) -> None:
    notice = await office.approved(priority="urgent")
    shown = await done(office.moderator.get(f"/desk/notices/{notice}"))
    assert (shown["why_not"], shown["can"], shown["seconded"]) == (["second"], ["edit", "withdraw"], False)
    await refused(office.moderator.put(out(notice)), 409, "notices.second_needed")
    await refused(
        office.moderator.put(out(notice), {"starts_at": (now() + timedelta(days=1)).isoformat()}),
        409,
        "notices.second_needed",
    )
    assert await standing(notice) == "approved"
    theirs = await done(office.colleague.get(f"/desk/notices/{notice}"))
    assert theirs["why_not"] == [] and {"second", "publish"} <= set(theirs["can"])
    async with office.house.statements(8):
        seconded = await done(office.colleague.put(f"/desk/notices/{notice}/approval"))
    assert seconded["seconded"] and seconded["notice"]["state"] == "approved"
    await done(office.colleague.put(f"/desk/notices/{notice}/approval"))
    async with office.house.statements(10):
        await done(office.moderator.put(out(notice)))
    actions = [row["action"] for row in await fetch("SELECT action FROM audit_line ORDER BY id")]
    assert actions[-3:] == ["notice.approved", "notice.seconded", "notice.published"]


async def test_another_publisher_is_the_second_pair(office: Office) -> None:
    notice = await office.approved(priority="urgent")
    await done(office.colleague.put(out(notice)))
    assert await standing(notice) == "published"


async def test_a_committee_admin_decides_alone(office: Office) -> None:
    notice = await office.submitted(priority="urgent")
    await done(office.admin.put(f"/desk/notices/{notice}/approval"))
    assert "publish" in (await done(office.admin.get(f"/desk/notices/{notice}")))["can"]
    await done(office.admin.put(out(notice)))


async def test_urgent_news_are_no_way_round(office: Office) -> None:
    news = await office.news(priority="urgent")
    await refused(office.moderator.put(out(news)), 409, "notices.second_needed")
    assert (await done(office.moderator.get(f"/desk/notices/{news}")))["why_not"] == ["second"]
    await done(office.colleague.put(out(news)))
    alone = await office.news(office.admin, priority="urgent")
    await done(office.admin.put(out(alone)))


async def test_a_month_has_a_few(office: Office) -> None:
    for left in range(URGENT_PER_ORGANISATION_MONTH, 0, -1):
        notice = await ready(office)
        assert (await done(office.admin.get(f"/desk/notices/{notice}")))["urgent_left"] == left
        await done(office.moderator.put(out(notice)))
    beyond = await ready(office)
    answer = await refused(office.moderator.put(out(beyond)), 409, "notices.urgent_used_up")
    assert str(URGENT_PER_ORGANISATION_MONTH) in answer["detail"]
    shown = await done(office.admin.get(f"/desk/notices/{beyond}"))
    assert (shown["urgent_left"], shown["why_not"]) == (0, ["quota"]) and "publish" not in shown["can"]
    tomorrow = (now() + timedelta(minutes=10)).isoformat()
    await refused(office.moderator.put(out(beyond), {"starts_at": tomorrow}), 409, "notices.urgent_used_up")
    await refused(office.admin.put(out(beyond)), 409, "notices.urgent_used_up")
    for nowhere in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        await refused(office.admin.put(out(beyond), {"starts_at": nowhere}), 422)
    assert await standing(beyond) == "approved"
    residents = await office.approved(priority="urgent")
    await done(office.colleague.put(out(residents)))
    await done(office.moderator.patch(f"/notices/{beyond}", {"priority": "important"}, headers=edit_of(1)))
    await done(office.moderator.put(out(beyond)))


async def test_what_was_taken_down_rang_all_the_same(office: Office) -> None:
    for _ in range(URGENT_PER_ORGANISATION_MONTH):
        notice = await ready(office)
        await done(office.moderator.put(out(notice)))
        await done(office.moderator.put(f"/notices/{notice}/withdrawal", {"reason": "发错了"}))
    await refused(office.moderator.put(out(await ready(office))), 409, "notices.urgent_used_up")


async def test_another_month_begins_anew(office: Office) -> None:
    for _ in range(URGENT_PER_ORGANISATION_MONTH):
        await done(office.moderator.put(out(await ready(office))))
    # The last instant of the month before, where the community lives.
    await execute(
        """UPDATE notice SET published_at =
               (date_trunc('month', $1 AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai') - interval '1 s'
           WHERE id = (SELECT id FROM notice WHERE published_at IS NOT NULL LIMIT 1)""",
        now(),
    )
    await done(office.moderator.put(out(await ready(office))))
    await refused(office.moderator.put(out(await ready(office))), 409, "notices.urgent_used_up")


async def test_what_is_scheduled_has_its_place(office: Office) -> None:
    scheduled = []
    soon = (now() + timedelta(minutes=5)).isoformat()
    for _ in range(URGENT_PER_ORGANISATION_MONTH):
        notice = await ready(office)
        await done(office.moderator.put(out(notice), {"starts_at": soon}))
        scheduled.append(notice)
    beyond = await ready(office)
    await refused(office.moderator.put(out(beyond)), 409, "notices.urgent_used_up")
    await done(office.moderator.put(out(scheduled[0])))
    await done(office.moderator.put(f"/notices/{scheduled[1]}/withdrawal", {"reason": "不用了"}))
    await done(office.moderator.put(out(beyond)))


async def test_at_once_the_quota_passes_and_no_more(office: Office) -> None:
    waiting = [await ready(office) for _ in range(URGENT_PER_ORGANISATION_MONTH + 4)]
    publishers = (office.moderator, office.colleague, office.admin)
    answers = await at_once(*(publishers[number % 3].put(out(notice)) for number, notice in enumerate(waiting)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * URGENT_PER_ORGANISATION_MONTH + [409] * 4
    assert await fetchval("SELECT count(*) FROM notice WHERE published_at IS NOT NULL") == URGENT_PER_ORGANISATION_MONTH
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"notices.urgent_used_up"}


async def test_two_seconds_at_once_are_one(office: Office) -> None:
    notice = await office.approved(priority="urgent")
    answers = await at_once(*(who.put(f"/desk/notices/{notice}/approval") for who in (office.colleague, office.admin)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    seconded = await column(notice, "seconded_by")
    assert seconded in (office.colleague.account_id, office.admin.account_id)
    assert await fetchval("SELECT count(*) FROM flow_step WHERE subject = $1 AND move = 'second'", UUID(notice)) == 1
