"""How quickly a neighbour may write: every limit at its edge."""

import os
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from backend.core.clock import now
from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from backend.forum.rules.pace import FIRST_DAY_MOST, NEW_FOR, NEW_SPACING_S, SAME_WORDS_S, SPACING_S, Written
from backend.settings import settings
from tests.forum.square import BODY, TITLE, Square, done, refused
from tests.house import Clock, Neighbour, at_once


@pytest.fixture
def hurried(square: Square, moved_clock: Clock) -> Clock:
    hurry("1")
    return moved_clock


def hurry(scale: str) -> None:
    """Spacing holds from now on, and the ordinary limits with it; `square` puts things back at the end."""
    os.environ["LINLI_RATE_SCALE"] = scale
    settings.cache_clear()


async def write(square: Square, writer: Neighbour, written: Written, thread: UUID) -> tuple[int, str]:
    """The status and the refusal's code."""
    if written == "reply":
        answer = await writer.post(f"/threads/{thread}/replies", {"body": f"同感，第 {uuid4()} 次"})
    else:
        body = {"kind": "discussion", "title": TITLE, "body": f"{BODY}{uuid4()}"}
        answer = await writer.post(f"/boards/{square.boards['talk']}/threads", body)
    return answer.status_code, answer.json().get("code", "")


async def make_new(neighbour: Neighbour, age: timedelta = timedelta()) -> None:
    await execute("UPDATE account SET created_at = $2 WHERE id = $1", neighbour.account_id, now() - age)


@pytest.mark.parametrize("written", ["thread", "reply"])
@pytest.mark.parametrize("is_new", [True, False])
async def test_two_posts_keep_their_distance(square: Square, hurried: Clock, written: Written, is_new: bool) -> None:
    thread = await square.thread(square.moderator)
    if is_new:
        await make_new(square.wang)
    spacing_s = (NEW_SPACING_S if is_new else SPACING_S)[written]
    hurried.stand_still()
    assert await write(square, square.wang, written, thread) == (201, "")
    hurried.advance(seconds=spacing_s - 2)
    assert await write(square, square.wang, written, thread) == (429, "forum.too_soon")
    hurried.advance(seconds=2)
    assert await write(square, square.wang, written, thread) == (201, "")


@pytest.mark.parametrize("written", ["thread", "reply"])
async def test_a_first_day_has_so_many_posts(square: Square, moved_clock: Clock, written: Written) -> None:
    thread = await square.thread(square.moderator)
    await make_new(square.wang)
    for _ in range(FIRST_DAY_MOST[written] - 1):
        assert await write(square, square.wang, written, thread) == (201, "")
    hurry("1")
    moved_clock.advance(seconds=NEW_SPACING_S[written])
    assert await write(square, square.wang, written, thread) == (201, "")
    moved_clock.advance(seconds=NEW_SPACING_S[written])
    assert await write(square, square.wang, written, thread) == (429, "forum.first_day_used_up")
    # It is an account's first 24 hours, wherever it has written.
    await make_new(square.wang, age=NEW_FOR - timedelta(seconds=20))
    assert await write(square, square.wang, written, thread) == (429, "forum.first_day_used_up")
    await make_new(square.wang, age=NEW_FOR)
    assert await write(square, square.wang, written, thread) == (201, "")


async def test_who_is_at_work_does_not_wait(square: Square, hurried: Clock) -> None:
    thread = await square.thread(square.moderator)
    for worker in (square.property, square.worker, square.colleague, square.admin):
        await make_new(worker)
        for _ in range(2):
            assert await write(square, worker, "reply", thread) == (201, "")


async def test_the_same_words_again(square: Square, moved_clock: Clock) -> None:
    one, other = await square.thread(square.zhao), await square.thread(square.sun)
    said = {"body": "谢谢大家的帮忙"}
    moved_clock.stand_still()
    await done(square.wang.post(f"/threads/{one}/replies", said))
    for thread in (one, other):
        await refused(square.wang.post(f"/threads/{thread}/replies", said), 409, "forum.said_already")
    await done(square.li.post(f"/threads/{one}/replies", said))
    await done(square.property.post(f"/threads/{one}/replies", said))
    await done(square.property.post(f"/threads/{other}/replies", said))
    moved_clock.advance(seconds=SAME_WORDS_S - 2)
    await refused(square.wang.post(f"/threads/{other}/replies", said), 409, "forum.said_already")
    moved_clock.advance(seconds=2)
    await done(square.wang.post(f"/threads/{other}/replies", said))


async def test_slow_mode_is_a_threads_own(square: Square, moved_clock: Clock) -> None:
    moved_clock.stand_still()
    slow, other = await square.thread(), await square.thread(square.zhao)
    await done(square.moderator.put(f"/threads/{slow}/slow-mode", {"seconds": 60}))
    await square.reply(slow, square.li)
    refusal = await square.li.post(f"/threads/{slow}/replies", {"body": "再说一句，等等我"})
    assert refusal.status_code == 429 and refusal.json()["code"] == "forum.slow_mode"
    assert 55 <= int(refusal.headers["retry-after"]) <= 60
    await square.reply(other, square.li)
    await square.reply(slow, square.sun)
    await square.reply(slow, square.worker)
    await square.reply(slow, square.worker)
    moved_clock.advance(seconds=60)
    await square.reply(slow, square.li)


async def test_two_at_once_are_one_too_many(square: Square, hurried: Clock) -> None:
    thread = await square.thread(square.moderator)
    answers = await at_once(*[write(square, square.wang, "reply", thread) for _ in range(5)])
    assert sorted(answers)[0] == (201, "") and [status for status, _ in answers].count(201) == 1
    assert await fetchval("SELECT reply_count FROM thread WHERE id = $1", thread) == 1


async def test_who_is_silenced_does_not_write(square: Square) -> None:
    thread, own = await square.thread(square.li), await square.thread(square.wang)
    reply = await square.reply(thread, square.wang)
    await silence(square, square.wang)
    refusals = (
        square.wang.post(f"/threads/{thread}/replies", {"body": "我还想说"}),
        square.wang.post(
            f"/boards/{square.boards['talk']}/threads", {"kind": "discussion", "title": TITLE, "body": BODY}
        ),
        square.wang.patch(f"/replies/{reply}", {"body": "改成别的话"}, headers={"If-Match": '"v1"'}),
        square.wang.patch(f"/threads/{own}", {"title": "改成别的题目"}, headers={"If-Match": '"v1"'}),
    )
    for call in refusals:
        await refused(call, 403, "moderation.silenced")
    # What one has said one may still take back.
    await done(square.wang.delete(f"/replies/{reply}"))


async def silence(square: Square, neighbour: Neighbour, hours: int = 24) -> None:
    case, at = new_id(), now()
    await execute(
        """INSERT INTO moderation_case (id, community, subject_kind, subject_id, snapshot, source, state, verdict, rule,
                                        sentence, decided_at)
           VALUES ($1, $2, 'thread', $3, '{}', 'staff', 'decided', 'keep', 'abuse', '请冷静一下', $4)""",
        case, square.community.id, new_id(), at,
    )  # fmt: skip
    await execute(
        """INSERT INTO sanction (id, community, moderation_case, account, penalty, step, rule, sentence, decided_by,
                                 decided_as, starts_at, ends_at)
           VALUES ($1, $2, $3, $4, 'mute', 1, 'abuse', '请冷静一下', $5, 'moderator', $6, $7)""",
        new_id(), square.community.id, case, neighbour.account_id, square.moderator.account_id, at,
        at + timedelta(hours=hours),
    )  # fmt: skip
