"""What was said can be said differently for a while, and taken back for ever."""

from datetime import timedelta
from uuid import UUID

from backend.core.database import execute, fetch, fetchval
from backend.forum.rules.editing import EDITABLE_FOR, EDITS_MOST, SILENT_FOR
from tests.forum.square import BODY, TITLE, Square, column, done, edit_of, refused
from tests.house import Neighbour, at_once

CHANGED = "改了一改：晚上回家一段路全是黑的，请尽快修好。"


async def edit(who: Neighbour, kind: str, post: UUID, version: int = 1, **fields: str) -> dict[str, object]:
    return await done(who.patch(f"/{kind}/{post}", fields or {"body": CHANGED}, headers=edit_of(version)))


async def age(post: UUID, how_long: timedelta, table: str = "thread") -> None:
    await execute(f"UPDATE {table} SET created_at = created_at - $2::interval WHERE id = $1", post, how_long)


async def versions(post: UUID) -> list[int]:
    return [row["number"] for row in await fetch("SELECT number FROM post_version WHERE post = $1 ORDER BY 1", post)]


async def test_a_slip_of_the_thumb_leaves_no_trace(square: Square) -> None:
    thread = await square.thread()
    await age(thread, SILENT_FOR - timedelta(seconds=20))
    made = await edit(square.wang, "threads", thread)
    assert made["edits"] == 2
    assert await column("thread", thread, "body") == CHANGED
    assert CHANGED in await column("thread", thread, "html")
    assert await column("thread", thread, "edited_at") is None and await versions(thread) == []


async def test_later_everybody_sees_what_it_said(square: Square) -> None:
    thread = await square.thread(body=BODY)
    await age(thread, SILENT_FOR)
    await edit(square.wang, "threads", thread, title="南门路灯和楼道灯都坏了")
    await edit(square.wang, "threads", thread, 2)
    assert await versions(thread) == [1, 2] and await column("thread", thread, "edited_at") is not None
    kept = await fetch("SELECT title, body FROM post_version WHERE post = $1 ORDER BY number", thread)
    assert [tuple(row) for row in kept] == [(TITLE, BODY), ("南门路灯和楼道灯都坏了", BODY)]


async def test_replies_are_edited_in_the_same_way(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    await edit(square.li, "replies", reply)
    assert await versions(reply) == []
    await age(reply, SILENT_FOR, "reply")
    made = await edit(square.li, "replies", reply, 2, body="再改一次，说得更清楚")
    assert made == {
        "id": str(reply), "thread_id": str(thread), "number": 1, "state": "shown", "masked": False, "edits": 3,
    }  # fmt: skip
    assert await versions(reply) == [2]


async def test_after_a_day_it_stands(square: Square) -> None:
    thread, company = await square.thread(), str(square.organisations["property_company"])
    replies = [
        (square.li, await square.reply(thread)),
        (square.property, await square.reply(thread, square.property, organisation_id=company)),
    ]
    for _, reply in replies:
        await age(reply, EDITABLE_FOR - timedelta(seconds=20), "reply")
    await age(thread, EDITABLE_FOR - timedelta(seconds=20))
    for who, reply in replies:
        await edit(who, "replies", reply)
    await edit(square.wang, "threads", thread)
    for _, reply in replies:
        await age(reply, timedelta(seconds=20), "reply")
    await age(thread, timedelta(seconds=20))
    for who, reply in replies:
        call = who.patch(f"/replies/{reply}", {"body": BODY}, headers=edit_of(2))
        await refused(call, 409, "forum.edit_too_late")
    await refused(
        square.wang.patch(f"/threads/{thread}", {"body": BODY}, headers=edit_of(2)), 409, "forum.edit_too_late"
    )


async def test_after_an_organisations_answer_every_edit_is_marked(square: Square) -> None:
    thread, other = await square.thread(), await square.thread(square.li)
    await square.reply(thread, square.property, organisation_id=str(square.organisations["property_company"]))
    await square.reply(other, square.property)
    await edit(square.wang, "threads", thread)
    await edit(square.li, "threads", other)
    assert await versions(thread) == [1] and await column("thread", thread, "edited_at") is not None
    assert await versions(other) == []


async def test_only_its_author_edits_what_they_have_seen(square: Square) -> None:
    thread = await square.thread()
    for other in (square.li, square.moderator, square.stranger):
        await refused(other.patch(f"/threads/{thread}", {"body": CHANGED}, headers=edit_of(1)), 404)
    await refused(square.wang.patch(f"/threads/{thread}", {"body": CHANGED}), 428)
    await refused(square.wang.patch(f"/threads/{thread}", {"body": CHANGED}, headers=edit_of(2)), 412)
    assert await column("thread", thread, "edits") == 1
    answers = await at_once(
        *[
            square.wang.patch(f"/threads/{thread}", {"body": f"{CHANGED}{number}"}, headers=edit_of(1))
            for number in range(3)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


async def test_the_same_words_change_nothing(square: Square) -> None:
    thread = await square.thread(body=BODY)
    await age(thread, SILENT_FOR)
    assert (await edit(square.wang, "threads", thread, title=TITLE, body=BODY))["edits"] == 1
    assert await versions(thread) == []


async def test_where_nobody_writes_nobody_edits(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    await done(square.moderator.put(f"/threads/{thread}/lock", {"reason": "吵起来了，先静一静"}))
    call = square.li.patch(f"/replies/{reply}", {"body": CHANGED}, headers=edit_of(1))
    await refused(call, 409, "forum.thread_locked")
    await refused(
        square.wang.patch(f"/threads/{thread}", {"body": CHANGED}, headers=edit_of(2)), 409, "forum.thread_locked"
    )
    await done(square.moderator.delete(f"/threads/{thread}/lock"))
    await done(square.wang.delete(f"/threads/{thread}"))
    await refused(
        square.wang.patch(f"/threads/{thread}", {"body": CHANGED}, headers=edit_of(4)), 409, "forum.not_editable"
    )


async def test_a_post_is_not_edited_for_ever(square: Square) -> None:
    thread = await square.thread()
    await execute("UPDATE thread SET edits = $2 WHERE id = $1", thread, EDITS_MOST - 1)
    await edit(square.wang, "threads", thread, EDITS_MOST - 1)
    call = square.wang.patch(f"/threads/{thread}", {"body": BODY}, headers=edit_of(EDITS_MOST))
    await refused(call, 409, "forum.edited_too_often")


async def test_a_tombstone_stays_where_an_answer_was(square: Square) -> None:
    thread = await square.thread()
    first, second = await square.reply(thread), await square.reply(thread, square.zhao)
    await refused(square.li.delete(f"/replies/{second}"), 404)
    for _ in range(2):
        await done(square.zhao.delete(f"/replies/{second}"))
    assert await column("reply", second, "state") == "deleted"
    assert await column("thread", thread, "reply_count") == 1 and await column("thread", thread, "last_number") == 2
    assert await column("thread", thread, "last_author") == square.li.account_id
    assert await column("thread", thread, "last_activity_at") == await column("reply", first, "created_at")


async def test_a_deleted_thread_keeps_what_others_said(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    for _ in range(2):
        await done(square.wang.delete(f"/threads/{thread}"))
    assert await column("thread", thread, "state") == "deleted" and await column("reply", reply, "state") == "shown"
    assert await column("board", square.boards["talk"], "thread_count") == 0
    await refused(square.zhao.post(f"/threads/{thread}/replies", {"body": "还在吗"}), 409, "forum.thread_closed")


async def test_what_was_voted_upon_stays(square: Square) -> None:
    thread = await square.thread()
    poll = {"question": "先修哪一盏？", "options": ["南门", "北门"], "closes_at": "2027-01-01T00:00:00Z"}
    made = await done(square.wang.post(f"/threads/{thread}/poll", poll))
    version = int(await column("thread", thread, "edits"))
    await edit(square.wang, "threads", thread, version, title="先修南门还是先修北门")
    await done(square.li.put(f"/polls/{made['id']}/ballot", {"choices": [made["options"][0]["id"]]}))
    call = square.wang.patch(f"/threads/{thread}", {"title": TITLE}, headers=edit_of(version + 1))
    await refused(call, 409, "forum.voted_upon")
    await refused(square.wang.delete(f"/threads/{thread}"), 409, "forum.voted_upon")
    # Its words may change, and then everybody sees that they did.
    await edit(square.wang, "threads", thread, version + 1)
    assert await versions(thread) == [version + 1]


async def test_new_words_name_other_neighbours(square: Square) -> None:
    thread = await square.thread(square.li)
    await square.reply(thread, square.zhao)
    reply = await square.reply(thread, square.wang, f"[@李](account:{square.li.account_id}) 请看")
    both = f"[@李](account:{square.li.account_id}) 和 [@赵](account:{square.zhao.account_id}) 请看"
    await edit(square.wang, "replies", reply, body=both)
    named = "SELECT array_agg(account) FROM post_mention WHERE post = $1"
    assert set(await fetchval(named, reply)) == {square.li.account_id, square.zhao.account_id}
    await edit(square.wang, "replies", reply, 2, body="谁也不提了，都请看")
    assert await fetchval(named, reply) is None


async def test_editing_takes_few_statements(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    await age(reply, SILENT_FOR, "reply")
    async with square.house.statements(7):
        await edit(square.li, "replies", reply)
    async with square.house.statements(4):
        await done(square.li.delete(f"/replies/{reply}"))
    async with square.house.statements(7):
        await edit(square.wang, "threads", thread)
    async with square.house.statements(4):
        await done(square.wang.delete(f"/threads/{thread}"))
