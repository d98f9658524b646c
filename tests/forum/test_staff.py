"""Moderators keep order in a thread; who asked says which answer helped."""

from datetime import timedelta
from uuid import UUID, uuid4

from backend.core.clock import now
from backend.core.database import fetch, fetchval
from backend.forum.rules.keeping import PIN_DAYS_MOST
from backend.forum.schemas.staff import REASON_MAX_CHARS, SLOW_MODE_MOST_S
from tests.forum.square import Square, column, done, refused

REASON = {"reason": "吵起来了，先静一静"}


async def acts(thread: UUID) -> list[str]:
    rows = await fetch("SELECT action FROM audit_line WHERE subject_id = $1 ORDER BY at, id", thread)
    return [row["action"].removeprefix("thread.") for row in rows]


async def test_a_locked_thread_takes_no_more_answers(square: Square) -> None:
    thread = await square.thread()
    path = f"/threads/{thread}/lock"
    for _ in range(2):
        async with square.house.statements(5):
            await done(square.moderator.put(path, REASON))
    await refused(square.li.post(f"/threads/{thread}/replies", {"body": "我还想说"}), 409, "forum.thread_locked")
    await refused(square.worker.post(f"/threads/{thread}/replies", {"body": "我还想说"}), 409, "forum.thread_locked")
    await square.reply(thread, square.moderator)
    for _ in range(2):
        await done(square.colleague.delete(path))
    await square.reply(thread)
    assert await acts(thread) == ["locked", "unlocked"]
    line = await fetchval("SELECT (reason, about) FROM audit_line WHERE action = 'thread.locked'")
    assert tuple(line) == (REASON["reason"], square.wang.account_id)


async def test_a_lock_says_why(square: Square) -> None:
    path = f"/threads/{await square.thread()}/lock"
    for reason in ("", " ", "静" * (REASON_MAX_CHARS + 1)):
        await refused(square.moderator.put(path, {"reason": reason}), 422)
    await done(square.moderator.put(path, {"reason": "静" * REASON_MAX_CHARS}))


async def test_a_pin_has_an_end(square: Square) -> None:
    thread = await square.thread()
    path = f"/threads/{thread}/pin"
    furthest = now() + timedelta(days=PIN_DAYS_MOST)
    for until in (now() - timedelta(seconds=1), furthest + timedelta(minutes=1)):
        await refused(square.moderator.put(path, {"until": until.isoformat()}), 422)
    await done(square.moderator.put(path, {"until": furthest.isoformat()}))
    assert await column("thread", thread, "pinned_until") == furthest
    for _ in range(2):
        await done(square.moderator.delete(path))
    assert await column("thread", thread, "pinned_until") is None
    assert await acts(thread) == ["pinned", "unpinned"]


async def test_a_thread_is_slowed_down(square: Square) -> None:
    thread = await square.thread()
    path = f"/threads/{thread}/slow-mode"
    for seconds in (SLOW_MODE_MOST_S, 0):
        await done(square.moderator.put(path, {"seconds": seconds}))
        assert await column("thread", thread, "slow_mode_s") == seconds
    for seconds in (-1, SLOW_MODE_MOST_S + 1):
        await refused(square.moderator.put(path, {"seconds": seconds}), 422)


async def test_nobody_else_keeps_order(square: Square) -> None:
    thread, reply = await square.thread(), uuid4()
    until = {"until": (now() + timedelta(days=1)).isoformat()}
    asked = {
        "lock": REASON, "pin": until, "slow-mode": {"seconds": 5}, "board": {"board_id": str(square.boards["public"])},
        "merger": {"into_id": str(await square.thread(square.li))},
    }  # fmt: skip
    for act, body in asked.items():
        for other in (square.wang, square.worker, square.property):
            await refused(other.put(f"/threads/{thread}/{act}", body), 403)
        await refused(square.moderator.put(f"/threads/{uuid4()}/{act}", body), 404)
    there = await square.house.officer(square.other, "moderator")
    for act, body in asked.items():
        await refused(there.put(f"/threads/{thread}/{act}", body), 404)
    split = {"title": "另起一个话题吧", "reply_ids": [str(reply)]}
    await refused(square.wang.post(f"/threads/{thread}/splits", split), 403)
    await refused(there.post(f"/threads/{thread}/splits", split), 404)
    assert await column("thread", thread, "edits") == 1 and await acts(thread) == []


async def test_what_is_not_shown_is_not_pinned(square: Square) -> None:
    thread = await square.thread()
    await done(square.wang.delete(f"/threads/{thread}"))
    until = {"until": (now() + timedelta(days=1)).isoformat()}
    await refused(square.moderator.put(f"/threads/{thread}/pin", until), 409, "forum.thread_closed")
    await refused(square.moderator.put(f"/threads/{thread}/slow-mode", {"seconds": 5}), 409, "forum.thread_closed")


async def test_who_asked_says_which_answer_helped(square: Square) -> None:
    question, other = await square.thread(kind="question"), await square.thread(square.zhao)
    first, second = await square.reply(question), await square.reply(question, square.sun)
    path = f"/threads/{question}/accepted-reply"
    for reply in (first, first, second):
        await done(square.wang.put(path, {"reply_id": str(reply)}))
        assert await column("thread", question, "accepted_reply") == reply
    await refused(square.li.put(path, {"reply_id": str(first)}), 404)
    await done(square.moderator.put(path, {"reply_id": str(first)}))
    for wrong in (await square.reply(other), uuid4(), question):
        await refused(square.wang.put(path, {"reply_id": str(wrong)}), 422)
    await refused(
        square.zhao.put(f"/threads/{other}/accepted-reply", {"reply_id": str(first)}), 409, "forum.no_question"
    )
    for _ in range(2):
        await done(square.wang.delete(path))
    assert await column("thread", question, "accepted_reply") is None


async def test_an_answer_that_is_gone_is_accepted_no_more(square: Square) -> None:
    question = await square.thread(kind="question")
    reply = await square.reply(question)
    await done(square.wang.put(f"/threads/{question}/accepted-reply", {"reply_id": str(reply)}))
    await done(square.li.delete(f"/replies/{reply}"))
    assert await column("thread", question, "accepted_reply") is None
    await refused(square.wang.put(f"/threads/{question}/accepted-reply", {"reply_id": str(reply)}), 422)
