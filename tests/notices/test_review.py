"""The desk's queue of notices: who sees what, who decides, and that nobody decides about their own."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from backend.core.clock import now
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.flow import TimerDue, fire_timer
from backend.notices.rules.flow import REVIEW_OVERDUE, REVIEW_PROMISED
from tests.house import at_once
from tests.notices.office import Office, column, done, refused, standing

LINE = "SELECT actor, about, reason, subject_id FROM audit_line WHERE action = $1"


def titles(page: dict) -> list[str]:
    return [item["title"] for item in page["items"]]


async def listed(office: Office, tab: str, who: str = "moderator", **more: str) -> dict:
    query = "&".join(f"{name}={value}" for name, value in more.items())
    reader = getattr(office, who)
    return await done(reader.get(f"/desk/notices?community_id={office.community.id}&tab={tab}&{query}"))


async def test_an_approval_takes_one_reviewer(office: Office) -> None:
    notice = await office.submitted()
    async with office.house.statements(8):
        shown = await done(office.moderator.put(f"/desk/notices/{notice}/approval"))
    assert (shown["notice"]["state"], shown["own"], shown["why_not"]) == ("approved", False, [])
    assert [step["move"] for step in shown["steps"]] == ["begin", "submit", "approve"]
    assert shown["can"] == ["edit", "schedule", "publish", "withdraw"]
    line = await fetchrow(LINE, "notice.approved")
    assert line is not None
    assert tuple(line) == (office.moderator.account_id, office.wang.account_id, None, UUID(notice))
    assert (await done(office.moderator.put(f"/desk/notices/{notice}/approval")))["notice"]["state"] == "approved"
    await refused(office.colleague.put(f"/desk/notices/{notice}/approval"), 409, "core.move_refused")
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action LIKE 'notice.%'") == 1


async def test_a_return_says_why(office: Office) -> None:
    notice = await office.submitted()
    path = f"/desk/notices/{notice}/return"
    for nothing in ({}, {"reason": ""}, {"reason": " \u200b\n"}, {"reason": None}, {"reason": "x" * 501}):
        await refused(office.moderator.put(path, nothing), 422)
    assert await standing(notice) == "submitted"
    async with office.house.statements(8):
        shown = await done(office.moderator.put(path, {"reason": "请写明停用的时间"}))
    assert (shown["notice"]["state"], shown["notice"]["reason"]) == ("returned", "请写明停用的时间")
    mine = await done(office.wang.get(f"/notices/{notice}"))
    assert (mine["reason"], mine["can"]) == ("请写明停用的时间", ["edit", "submit", "withdraw"])
    assert mine["steps"][-1]["reason"] == "请写明停用的时间" and "by" not in mine["steps"][-1]
    await refused(office.moderator.put(path, {"reason": "再来"}), 409, "core.move_refused")
    line = await fetchrow(LINE, "notice.returned")
    assert line is not None and line["reason"] == "请写明停用的时间"
    await done(office.wang.put(f"/notices/{notice}/submission"))
    await done(office.moderator.put(path, {"reason": "x" * 500}))


async def test_nobody_reviews_their_own(office: Office) -> None:
    for writer in (office.moderator, office.admin):
        notice = await office.submitted(writer, organisation_id=await office.committee())
        desk = f"/desk/notices/{notice}"
        shown = await done(writer.get(desk))
        assert shown["own"] and shown["can"] == ["withdraw"]
        await refused(writer.put(f"{desk}/approval"), 409, "notices.own_notice")
        await refused(writer.put(f"{desk}/return", {"reason": "自己退自己"}), 409, "notices.own_notice")
        await refused(writer.put(f"{desk}/publication"), 409, "core.move_refused")
        await done(office.colleague.put(f"{desk}/approval"))
        await refused(writer.put(f"{desk}/publication"), 409, "notices.own_notice")
        assert (await done(writer.get(desk)))["why_not"] == ["own"]
        await done(office.colleague.put(f"{desk}/publication"))


async def test_the_database_holds_it_as_well(office: Office) -> None:
    notice = await office.approved()
    for columns in ("approved_by = submitter", "seconded_by = submitter", "seconded_by = approved_by"):
        with pytest.raises(asyncpg.CheckViolationError):
            await execute(f"UPDATE notice SET {columns} WHERE id = $1", UUID(notice))


async def test_only_reviewers_review(office: Office) -> None:
    notice = await office.submitted()
    desk = f"/desk/notices/{notice}"
    elsewhere = await office.house.open_community("南湖社区")
    stranger = await office.house.officer(elsewhere, "committee_admin")
    for somebody, status in ((office.wang, 403), (office.worker, 403), (stranger, 404)):
        await refused(somebody.put(f"{desk}/approval"), status)
        await refused(somebody.put(f"{desk}/return", {"reason": "不行"}), status)
        await refused(somebody.get(desk), 403 if somebody is office.wang else 404)
    assert await standing(notice) == "submitted"
    await refused(stranger.get(f"/desk/notices?community_id={office.community.id}"), 404)
    await refused(office.wang.get(f"/desk/notices?community_id={office.community.id}"), 403)


async def test_of_two_reviewers_at_once_one_decides(office: Office) -> None:
    for _ in range(5):
        notice = await office.submitted()
        desk = f"/desk/notices/{notice}"
        answers = await at_once(
            office.moderator.put(f"{desk}/approval"), office.colleague.put(f"{desk}/return", {"reason": "再想想"})
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        steps = (await done(office.moderator.get(desk)))["steps"]
        assert len(steps) == 3 and steps[-1]["move"] == ("approve" if answers[0].status_code == 200 else "return")


async def test_what_was_withdrawn_before_anybody_had_it_stays_its_writer_s(office: Office) -> None:
    unseen, seen = await office.draft(), await office.submitted()
    for notice, status in ((unseen, 404), (seen, 200)):
        await done(office.wang.put(f"/notices/{notice}/withdrawal"))
        for path in (f"/notices/{notice}", f"/desk/notices/{notice}"):
            assert (await office.moderator.get(path)).status_code == status
        assert (await office.moderator.put(f"/notices/{notice}/withdrawal")).status_code == status
        assert (await office.wang.get(f"/notices/{notice}")).status_code == 200


async def test_the_tabs_hold_what_they_say(office: Office) -> None:
    await office.draft(title="草稿")
    await office.submitted(title="待审")
    await office.approved(title="已通过")
    await office.published(title="已发布")
    returned = await office.submitted(title="已退回")
    await done(office.moderator.put(f"/desk/notices/{returned}/return", {"reason": "补充"}))
    taken = await office.published(title="已撤下")
    await done(office.moderator.put(f"/notices/{taken}/withdrawal", {"reason": "过时了"}))
    unseen = await office.draft(title="从没交过")
    await done(office.wang.put(f"/notices/{unseen}/withdrawal"))
    news = await office.news(title="新闻草稿")
    for tab, expected in (
        ("waiting", ["待审"]),
        ("approved", ["已通过"]),
        ("scheduled", []),
        ("published", ["已发布"]),
        ("returned", ["已退回"]),
        ("past", ["已撤下"]),
        ("drafts", ["新闻草稿"]),
    ):
        async with office.house.statements(3):
            assert titles(await listed(office, tab)) == expected, tab
        assert titles(await listed(office, tab, "admin")) == expected, tab
        outside = expected if tab == "published" else []
        assert titles(await listed(office, tab, "worker")) == outside, f"{tab}: who doesn't review sees what is out"
    assert (await done(office.admin.get(f"/desk/notices/{news}")))["notice"]["title"] == "新闻草稿"


async def test_a_worker_sees_what_they_wrote(office: Office) -> None:
    notice = await office.submitted(office.worker, organisation_id=await office.committee(), title="我写的")
    assert titles(await listed(office, "waiting", "worker")) == ["我写的"]
    shown = await done(office.worker.get(f"/desk/notices/{notice}"))
    assert shown["own"] and shown["can"] == ["withdraw"]
    assert [item["own"] for item in (await listed(office, "waiting", "worker"))["items"]] == [True]


async def test_the_queue_is_searched_sorted_and_paged(office: Office) -> None:
    names = ["3幢停水", "100%到户", "5幢停水", "停_电"]
    for name in names:
        await office.submitted(title=name)
    assert titles(await listed(office, "waiting")) == names, "the oldest first"
    assert titles(await listed(office, "waiting", sort="newest")) == names[::-1]
    for q, expected in (("停水", ["3幢停水", "5幢停水"]), ("%25", ["100%到户"]), ("_", ["停_电"]), ("没有", [])):
        assert titles(await listed(office, "waiting", q=q)) == expected, q
    await refused(
        office.moderator.get(f"/desk/notices?community_id={office.community.id}&q={'长' * 41}"), 422
    )  # fmt: skip
    assert titles(await listed(office, "waiting", q="长" * 40)) == []
    assert titles(await listed(office, "waiting", stream="news")) == []
    for sort, order in (("oldest", names), ("newest", names[::-1])):
        seen, cursor = [], ""
        while cursor is not None:
            page = await listed(office, "waiting", sort=sort, limit="3", **({"cursor": cursor} if cursor else {}))
            seen += titles(page)
            cursor = page["next_cursor"]
        assert seen == order
    await refused(
        office.moderator.get(f"/desk/notices?community_id={office.community.id}&cursor=forged"), 400
    )  # fmt: skip


async def test_what_waits_too_long_is_marked(office: Office) -> None:
    await office.submitted()
    for waited, late in (("23 hours 59 minutes", False), ("24 hours 1 minute", True)):
        await execute(f"UPDATE notice SET state_since = now() - interval '{waited}'")
        assert [item["late"] for item in (await listed(office, "waiting"))["items"]] == [late]


async def test_reminders_come_after_a_day_and_after_three(office: Office) -> None:
    notice = await office.submitted()
    rows = await _timers()
    assert {name for name, _ in rows} == {"submitted.reminder", "submitted.second reminder"}
    promised = {"submitted.reminder": REVIEW_PROMISED, "submitted.second reminder": REVIEW_OVERDUE}
    for name, wait in rows:
        assert abs(wait - promised[name]) < timedelta(seconds=60)
    step = await fetchval("SELECT id FROM flow_step WHERE subject = $1 AND move = 'submit'", UUID(notice))
    for name, job in (
        ("submitted.reminder", "NoticeWaiting"),
        ("submitted.second reminder", "NoticeWaitingLong"),
    ):
        await fire_timer(TimerDue(flow="notice", subject=UUID(notice), step=step, timer=name))
        assert await standing(notice) == "submitted", job
    await done(office.moderator.put(f"/desk/notices/{notice}/approval"))
    await fire_timer(TimerDue(flow="notice", subject=UUID(notice), step=step, timer="submitted.reminder"))
    assert await standing(notice) == "approved"


async def _timers() -> list[tuple[str, timedelta]]:
    async with transaction() as connection:
        rows = await connection.fetch(
            """SELECT convert_from(payload, 'UTF8')::jsonb ->> 'timer' AS timer, execute_after FROM pgqueuer
               WHERE entrypoint = 'core.fire_timer' AND convert_from(payload, 'UTF8')::jsonb ->> 'flow' = 'notice'"""
        )
    return [(row["timer"], row["execute_after"] - now()) for row in rows]


async def test_the_desk_takes_down_with_a_reason(office: Office) -> None:
    for made in (office.approved, office.published):
        notice = await made()
        path = f"/notices/{notice}/withdrawal"
        await refused(office.worker.put(path, {"reason": "我来撤"}), 404)
        await refused(office.moderator.put(path, {}), 422)
        await refused(office.moderator.put(path, {"reason": " "}), 422)
        async with office.house.statements(8):
            await done(office.moderator.put(path, {"reason": "内容有误"}))
        assert (await standing(notice), await column(notice, "reason")) == ("withdrawn", "内容有误")
        assert (await done(office.moderator.put(path, {"reason": "又一次"})))["state"] == "withdrawn"
        mine = await done(office.wang.get(f"/notices/{notice}"))
        assert mine["reason"] == "内容有误"
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action = 'notice.taken_down'") == 2


async def test_what_is_out_is_not_its_writers_to_take_back(office: Office) -> None:
    notice = await office.published()
    answer = office.wang.put(f"/notices/{notice}/withdrawal", {"reason": "不想发了"})
    await refused(answer, 409, "core.move_refused")
    assert await standing(notice) == "published"
    for made in (office.submitted, office.approved):
        earlier = await made()
        await done(office.wang.put(f"/notices/{earlier}/withdrawal"))
        assert await standing(earlier) == "withdrawn"
