"""A case follows what it is about: a merged thread's first post is an answer elsewhere, one split off a thread."""

import asyncio
from uuid import UUID

import asyncpg

from backend.commands.check_invariants import check_all
from backend.core.database import fetchval
from backend.settings import settings
from tests.forum.square import Square, column, done, refused
from tests.house import Neighbour, key
from tests.moderation.court import DECISION

REASON = {"outcome": "overturned", "reason": "重新看过，没有违反规则。"}


async def reported(square: Square, kind: str, post: UUID, by: Neighbour | None = None) -> str:
    body = {"subject_kind": kind, "subject_id": str(post), "reason": "abuse"}
    await done((by or square.li).post("/reports", body))
    return str(await fetchval("SELECT id FROM moderation_case WHERE subject_id = $1 AND state <> 'decided'", post))


async def merged(square: Square, thread: UUID, into: UUID) -> UUID:
    """What the thread's first post has become."""
    await done(square.moderator.put(f"/threads/{thread}/merger", {"into_id": str(into)}))
    return UUID(str(await fetchval("SELECT id FROM reply WHERE thread = $1 AND body LIKE '**%'", into)))


async def decide(square: Square, case: str, who: Neighbour | None = None) -> None:
    await done((who or square.moderator).put(f"/desk/cases/{case}/decision", DECISION))


async def test_a_decision_reaches_the_first_post_of_a_merged_thread(square: Square) -> None:
    into, thread = await square.thread(square.zhao), await square.thread(square.wang, title="楼上请夜里轻一点")
    case = await reported(square, "thread", thread)
    copy = await merged(square, thread, into)
    shown = await done(square.moderator.get(f"/desk/cases/{case}"))
    assert (shown["subject_kind"], shown["subject_id"], shown["now_shown"]) == ("reply", str(copy), True)
    assert shown["url"] == f"/threads/{into}?at=1" and shown["snapshot_title"] == "楼上请夜里轻一点"
    assert shown["verdicts"] == ["keep", "hide", "delete"]
    await decide(square, case)
    assert await column("reply", copy, "state") == "hidden" and await column("thread", into, "state") == "shown"
    assert await column("thread", into, "reply_count") == 0
    sanction = (await done(square.wang.get("/me/sanctions")))["items"][0]
    assert (sanction["subject_kind"], sanction["subject_id"]) == ("reply", str(copy))
    await done(square.wang.post(f"/sanctions/{sanction['id']}/appeal", {"text": "请再看一看这件事。"}))
    await done(square.colleague.put(f"/desk/cases/{case}/appeal-decision", REASON))
    assert await column("reply", copy, "state") == "shown" and await column("thread", into, "reply_count") == 1
    await nothing_broken()


async def test_what_was_decided_before_a_merge_is_undone_after_it(square: Square) -> None:
    into, thread = await square.thread(square.zhao), await square.thread(square.wang)
    case = await reported(square, "thread", thread)
    await done(square.moderator.put(f"/desk/cases/{case}/decision", {**DECISION, "verdict": "keep", "penalty": "mute"}))
    copy = await merged(square, thread, into)
    again = await reported(square, "reply", copy, square.sun)
    await decide(square, again, square.colleague)
    assert await column("reply", copy, "state") == "hidden"
    first = (await done(square.wang.get("/me/sanctions")))["items"][1]
    await done(square.wang.post(f"/sanctions/{first['id']}/appeal", {"text": "请再看一看这件事。"}))
    await done(square.colleague.put(f"/desk/cases/{case}/appeal-decision", REASON))
    # The other case's decision stands.
    assert await column("reply", copy, "state") == "hidden"
    await nothing_broken()


async def test_a_decision_reaches_an_answer_that_became_a_thread(square: Square) -> None:
    thread = await square.thread(square.zhao)
    reply = await square.reply(thread, square.wang)
    case = await reported(square, "reply", reply)
    asked = {"title": "停车的事另起一个话题", "reply_ids": [str(reply)]}
    made = UUID((await done(square.moderator.post(f"/threads/{thread}/splits", asked, headers=key())))["id"])
    shown = await done(square.moderator.get(f"/desk/cases/{case}"))
    assert (shown["subject_kind"], shown["subject_id"]) == ("thread", str(made))
    assert "lock" in shown["verdicts"]
    await decide(square, case)
    assert await column("thread", made, "state") == "hidden" and await column("thread", thread, "state") == "shown"
    await nothing_broken()


async def test_a_decision_that_waited_for_a_merge_is_asked_for_again(square: Square) -> None:
    into, thread = await square.thread(square.zhao), await square.thread(square.wang)
    case = await reported(square, "thread", thread)
    path = f"/desk/cases/{case}/decision"
    merger = await asyncpg.connect(settings().dsn)
    async with merger.transaction():
        # As a merge does: it holds the thread, and the case is another thing's when it lets go.
        await merger.execute("SELECT FROM thread WHERE id = $1 FOR UPDATE", thread)
        waiting = asyncio.create_task(square.moderator.put(path, DECISION))
        async with asyncio.timeout(60):
            while not await fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await merger.execute("UPDATE moderation_case SET subject_id = $2 WHERE subject_id = $1", thread, into)
    await merger.close()
    answer = await waiting
    assert (answer.status_code, answer.json()["code"]) == (409, "core.move_refused")
    assert await column("thread", thread, "state") == "shown" and await column("thread", into, "state") == "shown"
    await done(square.moderator.put(path, DECISION))
    assert await column("thread", into, "state") == "hidden"
    await refused(square.moderator.put(path, DECISION), 409, "moderation.decided")


async def nothing_broken() -> None:
    assert {verdict.invariant.name for verdict in await check_all(settings().dsn) if verdict.offenders} == set()
