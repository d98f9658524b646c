"""One objection in seven days, another person's answer within three, and what an answer undoes."""

from datetime import datetime, timedelta
from uuid import UUID

from backend.core.database import fetch, fetchval
from tests.house import Clock
from tests.moderation.court import DECISION, Court
from tests.notices.office import done, refused

OVERTURN = {"outcome": "overturned", "reason": "重新看过，没有违反规则。"}
UPHOLD = {"outcome": "upheld", "reason": "原来的处理是对的。"}


async def hidden(court: Court, **fields: object) -> tuple[str, str]:
    """A notice that the moderator has hidden, and its case."""
    notice = await court.notice()
    case = await court.reported(notice, by=2)
    await court.decide(case, **fields)
    return notice, case


async def test_overturned_undoes_everything(court: Court) -> None:
    notice, case = await hidden(court, penalty="suspend")
    path = f"/sanctions/{(await court.sanction())['id']}/appeal"
    async with court.house.statements(8):
        appealed = await court.wang.post(path, {"text": "我只是提醒大家，没有骂人。"})
    assert appealed.status_code == 201, appealed.text
    body = appealed.json()
    assert not body["may_appeal"] and body["appeal"]["state"] == "submitted"
    assert await court.told(court.colleague, "desk.cases") == ["有人对《电梯年检》的处理提出申诉"]
    assert await court.told(court.moderator, "desk.cases") == []
    shown = await done(court.colleague.get(f"/desk/cases/{case}"))
    assert shown["can"] == ["decide_appeal"] and shown["appeal"]["text"] == body["appeal"]["text"]
    assert (await done(court.moderator.get(f"/desk/cases/{case}")))["can"] == []
    path = f"/desk/cases/{case}/appeal-decision"
    await refused(court.moderator.put(path, OVERTURN), 409, "moderation.another_must_decide")
    async with court.house.statements(8):
        answer = await done(court.colleague.put(path, OVERTURN))
    assert (answer["case_id"], answer["outcome"], answer["reason"]) == (case, *OVERTURN.values())
    assert await court.sees(court.neighbours[3], notice)
    sanction = await court.sanction()
    assert sanction["lifted_at"] is not None and sanction["appeal"]["reason"] == OVERTURN["reason"]
    assert (await done(court.wang.get("/me/sanctions")))["suspended_until"] == {}
    assert [row["outcome"] for row in await fetch("SELECT outcome FROM report")] == ["disagreed", "disagreed"]
    assert await fetchval("SELECT overturned_at IS NOT NULL FROM moderation_case")
    assert await court.told(court.wang, "appeal.decided") == ["《电梯年检》的申诉通过了"]
    assert (await court.told(court.neighbours[0], "report.decided"))[0] == "《电梯年检》的处理在申诉后撤销了"
    assert await court.told(court.colleague, "desk.cases") == []
    lines = await fetch("SELECT actor, about, reason FROM audit_line WHERE action = 'appeal.overturned'")
    assert [tuple(line) for line in lines] == [(court.colleague.account_id, court.wang.account_id, OVERTURN["reason"])]
    await refused(court.colleague.put(path, UPHOLD), 409, "moderation.no_appeal")


async def test_upheld_leaves_everything(court: Court) -> None:
    notice, case = await hidden(court)
    await court.appeal()
    await done(court.admin.put(f"/desk/cases/{case}/appeal-decision", UPHOLD))
    assert not await court.sees(court.neighbours[3], notice)
    assert (await court.sanction())["lifted_at"] is None
    assert [row["outcome"] for row in await fetch("SELECT outcome FROM report")] == ["agreed", "agreed"]
    assert await court.told(court.wang, "appeal.decided") == ["《电梯年检》的申诉没有通过"]
    assert await court.told(court.neighbours[0], "report.decided") == ["您举报的《电梯年检》已处理"]


async def test_one_appeal_within_seven_days(court: Court, moved_clock: Clock) -> None:
    moved_clock.stand_still()
    await hidden(court)
    sanction = (await court.sanction())["id"]
    path = f"/sanctions/{sanction}/appeal"
    for text in ("不同意", "\u200b" * 5, "好" * 1001):
        await refused(court.wang.post(path, {"text": text}), 422)
    await refused(court.neighbours[0].post(path, {"text": "这不是我的。"}), 404)
    moved_clock.advance(days=7)
    court.wang.token = (await court.house.guest(court.wang.phone)).token
    assert not (await court.sanction())["may_appeal"]
    await refused(court.wang.post(path, {"text": "我不同意这样。"}), 409, "moderation.appeal_too_late")
    moved_clock.advance(seconds=-5)
    assert (await court.wang.post(path, {"text": "好" * 1000})).status_code == 201
    await refused(court.wang.post(path, {"text": "我还是不同意。"}), 409, "moderation.appealed_already")


async def test_the_promise_of_three_days(court: Court, moved_clock: Clock) -> None:
    await hidden(court)
    appeal = (await court.appeal()).json()["appeal"]
    assert await court.told(court.colleague, "desk.cases") == ["有人对《电梯年检》的处理提出申诉"]
    timers = await fetch(
        """SELECT round(extract(epoch FROM execute_after - now()) / 3600)::int AS hours FROM pgqueuer
           WHERE convert_from(payload, 'UTF8') LIKE '%"flow":"appeal"%' ORDER BY execute_after"""
    )
    assert [timer["hours"] for timer in timers] == [48, 72]
    waits = datetime.fromisoformat(appeal["due_at"]) - datetime.fromisoformat(appeal["at"])
    assert waits == timedelta(hours=72)
    await court.later(moved_clock, hours=48)
    told = await court.told(court.colleague, "desk.cases")
    assert "《电梯年检》的申诉已等了 48 小时" in told
    # Both timers ran at once here: the admin hears that the promise is broken.
    assert "《电梯年检》的申诉超过 72 小时没有答复" in await court.told(court.admin, "desk.cases")
    assert await court.told(court.moderator, "desk.cases") == []


async def test_an_answered_appeal_reminds_nobody(court: Court, moved_clock: Clock) -> None:
    _, case = await hidden(court)
    await court.appeal()
    await done(court.colleague.put(f"/desk/cases/{case}/appeal-decision", UPHOLD))
    await court.later(moved_clock, hours=72)
    assert await court.told(court.admin, "desk.cases") == []


async def test_the_database_refuses_the_same_judge(court: Court) -> None:
    """Not only the door: nobody's hand can write it."""
    await hidden(court)
    await court.appeal()
    broken = await fetchval(
        """SELECT count(*) FROM pg_constraint WHERE conrelid = 'appeal'::regclass AND contype = 'c'
           AND pg_get_constraintdef(oid) LIKE '%decided_by <> first_decided_by%'"""
    )
    assert broken == 1


async def test_the_log_names_nobody(court: Court) -> None:
    _, case = await hidden(court, penalty="mute")
    await court.decide(await court.reported(await court.notice(title="另一件事")), court.admin, rule="advert")
    path = f"/communities/{court.community.id}/moderation-log"
    guest = await court.house.http.get(f"/api/v1{path}")
    assert guest.status_code == 200
    second, first = guest.json()["items"]
    assert (first["measure"], first["penalty"], first["hours"], first["rule"], first["role"], first["appeal"]) == (
        "hide", "mute", 24, "respect", "moderator", "none",
    )  # fmt: skip
    assert (second["role"], second["penalty"], second["hours"]) == ("committee_admin", None, None)
    await court.appeal()
    await done(court.moderator.put(f"/desk/cases/{await appealed_case(court)}/appeal-decision", OVERTURN))
    async with court.house.statements(2):
        page = (await court.wang.get(f"{path}?limit=1")).json()
    assert page["items"][0]["appeal"] == "overturned" and page["next_cursor"]
    rest = (await court.wang.get(f"{path}?limit=1&cursor={page['next_cursor']}")).json()
    assert [it["id"] for it in rest["items"]] == [first["id"]] and rest["next_cursor"] is None
    missing = await court.house.http.get(f"/api/v1/communities/{case}/moderation-log")
    assert missing.status_code == 404
    people = [court.wang, court.moderator, court.admin, *court.neighbours]
    for person in people:
        assert str(person.account_id) not in guest.text


async def appealed_case(court: Court) -> UUID:
    found = await fetchval(
        "SELECT s.moderation_case FROM appeal a JOIN sanction s ON s.id = a.sanction WHERE a.account = $1",
        court.wang.account_id,
    )
    return UUID(str(found))


async def test_no_appeal_nothing_to_answer(court: Court) -> None:
    case = await court.reported(await court.notice())
    path = f"/desk/cases/{case}/appeal-decision"
    await refused(court.colleague.put(path, OVERTURN), 409, "moderation.no_appeal")
    await court.decide(case, **DECISION)
    await refused(court.colleague.put(path, OVERTURN), 409, "moderation.no_appeal")
