"""What a decision does to somebody: for how long, where, and how it is undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from backend.core.database import execute, fetch, fetchval, transaction
from backend.core.subjects import subject_of
from tests.forum.square import ANSWER, Square
from tests.forum.square import done as forum_done
from tests.house import Clock, Neighbour
from tests.moderation.court import DECISION, KEEP, Court
from tests.notices.office import done, refused

MUTE = {"penalty": "mute"}
STANDS = {"delete": ("deleted", False), "lock": ("shown", True), "hide": ("hidden", False)}


def hours_between(sanction: dict[str, Any]) -> float:
    begin, end = (datetime.fromisoformat(sanction[name]) for name in ("starts_at", "ends_at"))
    return (end - begin).total_seconds() / 3600


async def case_on(square: Square, kind: str, thing: UUID, by: Neighbour | None = None) -> str:
    """The case of something that a neighbour has reported."""
    body = {"subject_kind": kind, "subject_id": str(thing), "reason": "abuse"}
    await forum_done((by or square.zhao).post("/reports", body))
    return str(await fetchval("SELECT id FROM moderation_case WHERE subject_id = $1 AND state <> 'decided'", thing))


async def decided(square: Square, case: str, by: Neighbour | None = None, **fields: Any) -> dict[str, Any]:
    answer = await done((by or square.moderator).put(f"/desk/cases/{case}/decision", {**DECISION, **fields}))
    await square.house.drain()
    return answer


async def sanction_of(who: Neighbour) -> dict[str, Any]:
    return dict((await done(who.get("/me/sanctions")))["items"][0])


async def test_the_ladder_climbs_and_forgets_what_was_overturned(court: Court) -> None:
    lasted = []
    for number in range(6):
        case = await court.reported(await court.notice(title=f"第 {number + 1} 件事情"))
        await court.decide(case, penalty="mute" if number % 2 else "suspend")
        # A suspended neighbour hands nothing in; the next is written before the next decision.
        await execute(
            "UPDATE sanction SET starts_at = starts_at - interval '1 year', ends_at = ends_at - interval '1 year'"
        )
        sanction = await court.sanction()
        lasted.append((sanction["penalty"], hours_between(sanction)))
    assert lasted == [
        ("suspend", 24), ("mute", 72), ("suspend", 168), ("mute", 720), ("suspend", 720), ("mute", 720),
    ]  # fmt: skip
    await execute("UPDATE sanction SET lifted_at = now() WHERE step > 1")
    case = await court.reported(await court.notice(title="又一件事"))
    shown = await done(court.moderator.get(f"/desk/cases/{case}"))
    assert (shown["next_step"], shown["next_step_hours"], len(shown["past"])) == (2, 72, 6)
    assert sum(it["overturned"] for it in shown["past"]) == 5


async def test_a_warning_is_no_rung(court: Court) -> None:
    case = await court.reported(await court.notice())
    await court.decide(case, **{**KEEP, "verdict": "keep"}, rule="respect", penalty="warn")
    assert await court.told(court.wang, "moderation.decided") == ["关于《电梯年检》，给您一个提醒"]
    sanction = await court.sanction()
    assert (sanction["measure"], sanction["penalty"], sanction["ends_at"]) == (None, "warn", None)
    second = await court.reported(await court.notice(title="另一件事"))
    await court.decide(second, **MUTE)
    assert hours_between(await court.sanction()) == 24


async def test_two_decisions_at_once_stand_on_two_rungs(court: Court) -> None:
    cases = [await court.reported(await court.notice(title=f"第 {n} 件事情")) for n in range(2)]
    paths = [f"/desk/cases/{case}/decision" for case in cases]
    body = {**DECISION, **MUTE}
    await done(court.moderator.put(paths[0], body))
    await done(court.colleague.put(paths[1], body))
    assert [row["step"] for row in await fetch("SELECT step FROM sanction ORDER BY step")] == [1, 2]


async def test_a_mute_silences_in_the_forum_alone(square: Square, moved_clock: Clock) -> None:
    thread = await square.thread()
    await decided(square, await case_on(square, "thread", thread), verdict="keep", **MUTE)
    problem = await refused(
        square.wang.post(f"/threads/{thread}/replies", {"body": ANSWER}), 403, "moderation.silenced"
    )
    assert "之后恢复" in problem["detail"]
    assert (await square.wang.get(f"/communities/{square.community.id}/notices")).status_code == 200
    notice = {"stream": "notice", "title": "转让婴儿车", "body": "九成新，面谈。"}
    await done(square.wang.post(f"/communities/{square.community.id}/notices", notice))
    held = await done(square.wang.get("/me/sanctions"))
    assert list(held["muted_until"]) == [str(square.community.id)] and held["suspended_until"] == {}
    other = await square.thread(square.li, title="周末一起打扫楼道怎么样")
    await forum_done(
        square.wang.post("/reports", {"subject_kind": "thread", "subject_id": str(other), "reason": "advert"})
    )
    moved_clock.advance(hours=24)
    square.wang.token = (await square.house.guest(square.wang.phone)).token
    await forum_done(square.wang.post(f"/threads/{thread}/replies", {"body": ANSWER}))
    assert (await done(square.wang.get("/me/sanctions")))["muted_until"] == {}


async def test_a_suspension_stops_all_writing_and_no_reading(square: Square) -> None:
    thread = await square.thread()
    other = await square.thread(square.li, title="周末一起打扫楼道怎么样")
    notice = {"stream": "notice", "title": "转让婴儿车", "body": "九成新，面谈。"}
    where = f"/communities/{square.community.id}/notices"
    draft = (await done(square.wang.post(where, notice)))["id"]
    await decided(square, await case_on(square, "thread", thread), verdict="keep", penalty="suspend")
    for call in (
        square.wang.post(f"/threads/{other}/replies", {"body": ANSWER}),
        square.wang.post(where, notice),
        square.wang.put(f"/notices/{draft}/submission"),
        square.wang.post("/reports", {"subject_kind": "thread", "subject_id": str(other), "reason": "advert"}),
    ):
        await refused(call, 403, "moderation.silenced")
    assert (await square.wang.get(where)).status_code == 200
    assert (await square.wang.get(f"/threads/{other}")).status_code in (200, 404)
    held = await done(square.wang.get("/me/sanctions"))
    assert list(held["suspended_until"]) == [str(square.community.id)]
    # Objecting isn't writing in the community.
    sanction = (await sanction_of(square.wang))["id"]
    assert (
        await square.wang.post(f"/sanctions/{sanction}/appeal", {"text": "我没有骂人，请再看看。"})
    ).status_code == 201


async def test_a_deleted_thread_and_a_locked_one_come_back_by_an_appeal(square: Square) -> None:
    for verdict in ("delete", "lock", "hide"):
        thread = await square.thread(title=f"南门路灯坏了请看一下{verdict}")
        case = await case_on(square, "thread", thread)
        shown = await done(square.moderator.get(f"/desk/cases/{case}"))
        assert shown["verdicts"] == ["keep", "hide", "delete", "lock"]
        await decided(square, case, verdict=verdict)
        state, locked = await state_of(thread)
        assert (state, locked) == STANDS[verdict]
        sanction = (await sanction_of(square.wang))["id"]
        await done(square.wang.post(f"/sanctions/{sanction}/appeal", {"text": "我没有骂人，请再看看。"}))
        answer = {"outcome": "overturned", "reason": "没有违反规则。"}
        await done(square.colleague.put(f"/desk/cases/{case}/appeal-decision", answer))
        assert await state_of(thread) == ("shown", False)


async def state_of(thread: UUID) -> tuple[str, bool]:
    (row,) = await fetch("SELECT state, locked_at IS NOT NULL AS locked FROM thread WHERE id = $1", thread)
    return row["state"], row["locked"]


async def test_what_a_later_case_decided_stays_when_an_earlier_one_is_overturned(square: Square) -> None:
    thread = await square.thread()
    first = await case_on(square, "thread", thread)
    await decided(square, first, verdict="hide")
    opened = await done(square.admin.post("/desk/cases", {"subject_kind": "thread", "subject_id": str(thread)}))
    await decided(square, opened["id"], by=square.admin, verdict="delete", rule="law")
    sanctions = (await done(square.wang.get("/me/sanctions")))["items"]
    await done(square.wang.post(f"/sanctions/{sanctions[1]['id']}/appeal", {"text": "我没有骂人，请再看看。"}))
    answer = {"outcome": "overturned", "reason": "没有违反规则。"}
    await done(square.colleague.put(f"/desk/cases/{first}/appeal-decision", answer))
    assert (await state_of(thread))[0] == "deleted"


async def test_a_reply_is_hidden_and_can_not_be_locked(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    case = await case_on(square, "reply", reply)
    assert (await done(square.moderator.get(f"/desk/cases/{case}")))["verdicts"] == ["keep", "hide", "delete"]
    await decided(square, case)
    assert await fetchval("SELECT state FROM reply WHERE id = $1", reply) == "hidden"
    assert await fetchval("SELECT reply_count FROM thread WHERE id = $1", thread) == 0


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [(kind, verdict) for kind in ("thread", "reply") for verdict in ("keep", "hide", "delete")] + [("thread", "lock")],
)
async def test_a_decision_on_a_post_and_its_undoing_take_few_statements(
    square: Square, kind: str, verdict: str
) -> None:
    thread = await square.thread()
    post = thread if kind == "thread" else await square.reply(thread, square.wang)
    case = await case_on(square, kind, post)
    path = f"/desk/cases/{case}"
    async with square.house.statements(8):
        await done(square.moderator.put(f"{path}/decision", {**DECISION, "verdict": verdict, "penalty": "warn"}))
    sanction = (await sanction_of(square.wang))["id"]
    await done(square.wang.post(f"/sanctions/{sanction}/appeal", {"text": "我没有骂人，请再看看。"}))
    answer = {"outcome": "overturned", "reason": "没有违反规则。"}
    async with square.house.statements(8):
        await done(square.colleague.put(f"{path}/appeal-decision", answer))


@pytest.mark.parametrize("kind", ["thread", "reply"])
async def test_letting_a_held_post_through_takes_few_statements(square: Square, kind: str) -> None:
    thread = await square.thread()
    post = thread if kind == "thread" else await square.reply(thread, square.wang)
    case = await case_on(square, kind, post)
    subject = subject_of(kind)
    assert subject is not None
    async with transaction():
        await subject.snapshot(post)
        await subject.hide(post)
        await execute("UPDATE moderation_case SET auto_hidden_at = now() WHERE id = $1", UUID(case))
    async with square.house.statements(8):
        await done(square.moderator.put(f"/desk/cases/{case}/decision", KEEP))
    assert await fetchval(f"SELECT state FROM {kind} WHERE id = $1", post) == "shown"


async def test_sanctions_are_seen_by_nobody_else(court: Court) -> None:
    await court.decide(await court.reported(await court.notice()), **MUTE)
    async with court.house.statements(2):
        mine = await court.sanction()
    assert (mine["title"], mine["measure"], mine["rule"], mine["sentence"]) == (
        "电梯年检", "hide", "respect", DECISION["sentence"],
    )  # fmt: skip
    assert mine["may_appeal"] and mine["appeal"] is None
    assert (await done(court.wang.get(f"/sanctions/{mine['id']}")))["id"] == mine["id"]
    await refused(court.neighbours[0].get(f"/sanctions/{mine['id']}"), 404)
    await refused(court.moderator.get(f"/sanctions/{mine['id']}"), 404)
