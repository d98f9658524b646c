"""Who hears of a post, once each; and each reaction of the forum three times in a row, and after its row is gone."""

from uuid import UUID, uuid4

import pytest

from backend.core.database import execute, fetch, fetchval, transaction
from backend.core.events import Event, Reaction
from backend.forum.events import ReplyChanged
from backend.forum.reactions import REACTIONS
from backend.forum.service import telling
from backend.forum.service.subjects import SUBJECTS
from tests.forum.square import Square, done, edit_of
from tests.house import House, Neighbour
from tests.matrix.traces import fingerprint

ALL = [(event, reaction) for event, following in REACTIONS.items() for reaction in following]


async def told(who: Neighbour, kind: str = "forum.") -> list[tuple[str, str]]:
    items = (await done(who.get("/inbox")))["items"]
    return [(it["kind"], it["title"]) for it in items if it["kind"].startswith(kind)]


async def kinds(who: Neighbour) -> list[str]:
    return [kind for kind, _ in await told(who)]


async def test_who_opened_it_and_who_watches_are_told(square: Square) -> None:
    thread = await square.thread(title="三号楼的门禁又坏了")
    await done(square.zhao.put(f"/threads/{thread}/follow", {"level": "watching"}))
    await done(square.wife.put(f"/threads/{thread}/follow", {"level": "normal"}))
    await square.reply(thread)
    await square.house.drain()
    assert await told(square.wang) == await told(square.zhao)
    assert (await told(square.wang))[0][0] == "forum.reply" and "三号楼的门禁又坏了" in (await told(square.wang))[0][1]
    assert await kinds(square.wife) == await kinds(square.li) == []
    await square.reply(thread, square.owners)
    await square.house.drain()
    assert await told(square.wang) == [("forum.reply", "《三号楼的门禁又坏了》有 2 条新回复")]


async def test_the_muted_are_never_told(square: Square) -> None:
    thread = await square.thread()
    first = await square.reply(thread)
    for who in (square.wang, square.li, square.zhao):
        await done(who.put(f"/threads/{thread}/follow", {"level": "muted"}))
    await square.reply(
        thread, square.owners, f"[@李](account:{square.li.account_id}) 说得对，我也看见了。", parent_id=str(first)
    )
    await square.house.drain()
    assert await kinds(square.wang) == await kinds(square.li) == await kinds(square.zhao) == []


async def test_who_is_answered_quoted_or_named_is_told_once(square: Square) -> None:
    thread = await square.thread(square.zhao)
    first = await square.reply(thread, square.li)
    company = square.organisations["property_company"]
    await square.reply(
        thread,
        square.wang,
        f"[@李](account:{square.li.account_id}) [@物业](organisation:{company}) 请看一看这里。",
        parent_id=str(first),
        quoted_id=str(first),
        quoted_text="我家楼下的也不亮",
    )
    await square.house.drain()
    assert await kinds(square.li) == ["forum.mention"]
    assert await kinds(square.property) == ["forum.mention"]
    assert await kinds(square.zhao) == ["forum.reply"]
    assert await kinds(square.wang) == []


async def test_who_may_not_read_it_any_more_is_not_told(square: Square) -> None:
    thread = await square.thread(board="estate")
    await done(square.zhao.put(f"/threads/{thread}/follow", {"level": "watching"}))
    await done(square.moderator.put(f"/threads/{thread}/follow", {"level": "watching"}))
    await execute(
        """UPDATE residency SET ended_at = now() FROM account
           WHERE account.person = residency.person AND account.id = $1""",
        square.zhao.account_id,
    )
    await square.reply(thread)
    await square.house.drain()
    assert await kinds(square.zhao) == [] and await kinds(square.moderator) == ["forum.reply"]


async def test_an_edit_is_told_where_something_was_built_on_it(square: Square) -> None:
    quiet, weighed = await square.thread(), await square.thread(title="南门的路灯什么时候能修")
    for thread in (quiet, weighed):
        await done(square.zhao.put(f"/threads/{thread}/follow", {"level": "watching"}))
    company = str(square.organisations["property_company"])
    answer = {"organisation_id": company, "body": "本周五前修好，请大家再等两天。"}
    await done(square.property.put(f"/threads/{weighed}/official-response", answer))
    await square.house.drain()
    for thread in (quiet, weighed):
        edits = await fetchval("SELECT edits FROM thread WHERE id = $1", thread)
        words = {"body": "晚上回家一段路全是黑的，请问什么时候能修？谢谢。"}
        await done(square.wang.patch(f"/threads/{thread}", words, headers=edit_of(edits)))
    await square.house.drain()
    assert (await kinds(square.zhao)).count("forum.edited") == 1
    assert await kinds(square.wang) == ["forum.reply"]


async def test_what_was_taken_away_leaves_the_inbox(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    await square.house.drain()
    assert await kinds(square.wang) == ["forum.reply"]
    async with transaction():
        await SUBJECTS["reply"].hide(reply)
    await square.house.drain()
    assert await kinds(square.wang) == []
    await square.reply(thread)
    await square.house.drain()
    assert await kinds(square.wang) == ["forum.reply"]
    async with transaction():
        await SUBJECTS["thread"].hide(thread)
    await square.house.drain()
    assert await kinds(square.wang) == []


async def test_a_line_for_several_replies_counts_none_that_is_hidden(square: Square) -> None:
    thread = await square.thread()
    replies = [await square.reply(thread, who) for who in (square.li, square.zhao, square.sun, square.li)]
    await square.house.drain()

    async def line() -> tuple[str, int]:
        (item,) = [it for it in (await done(square.wang.get("/inbox")))["items"] if it["kind"] == "forum.reply"]
        return item["title"], item["count"]

    async def hide(reply: UUID) -> None:
        async with transaction():
            await SUBJECTS["reply"].hide(reply)
        await square.house.drain()

    assert (await line())[1] == 4
    # One in between; the first, which the line began with; and then the latest.
    for gone, left in ((1, 3), (0, 2), (3, 1)):
        await hide(replies[gone])
        assert (await line())[1] == left
        event = ReplyChanged(reply_id=replies[gone], thread_id=thread)
        await telling.take_back_reply(event)
        assert (await line())[1] == left
    assert (await line())[0].startswith("孙女士"), "what is left is told as it was"
    await hide(replies[2])
    assert await told(square.wang) == []


async def test_a_closed_account_leaves_nothing_but_its_posts(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    await done(square.li.put(f"/threads/{thread}/read", {"number": 0}))
    await done(square.li.put(f"/posts/thread/{thread}/bookmark"))
    await done(square.li.put(f"/posts/thread/{thread}/reactions/like"))
    await done(square.li.delete("/me"))
    await square.house.drain()
    for table in ("thread_reader", "bookmark", "draft"):
        assert await fetchval(f"SELECT count(*) FROM {table} WHERE account = $1", square.li.account_id) == 0
    assert await fetchval("SELECT state FROM reply WHERE id = $1", reply) == "shown"
    assert await fetchval("SELECT reactions FROM thread WHERE id = $1", thread) == '{"like": 1}'


async def test_an_export_has_what_one_wrote_and_kept(square: Square) -> None:
    thread = await square.thread(square.li)
    await square.reply(thread, square.li)
    await done(square.li.put(f"/threads/{thread}/read", {"number": 1}))
    await done(square.li.put(f"/posts/thread/{thread}/bookmark"))
    theirs = await square.reply(thread, square.wang)
    for post in (f"thread/{thread}", f"reply/{theirs}"):
        await done(square.li.put(f"/posts/{post}/reactions/hug"))
    held = await done(square.li.get("/me/export"))
    text = str(held)
    assert all(name in text for name in ("forum_threads", "forum_replies", "forum_read", "forum_bookmarks"))
    given = [(it["emoji"], it["title"], it["number"]) for it in held["held"]["forum_reactions"]]
    assert given == [("hug", "小区南门的路灯坏了三天", 2), ("hug", "小区南门的路灯坏了三天", None)]
    assert "小区南门的路灯坏了三天" in text


def event_of(kind: type[Event], **ids: UUID) -> Event:
    return kind(**{name: ids.get(name, uuid4()) for name in kind.__struct_fields__})


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: f"{pair[0].__name__}-{pair[1].__name__}")
async def test_a_reaction_to_what_is_gone_does_nothing(house: House, pair: tuple[type[Event], Reaction]) -> None:
    event, reaction = pair
    before = await fingerprint()
    for _ in range(3):
        await reaction(event_of(event))
    assert await fingerprint() == before


async def test_three_times_is_once(square: Square) -> None:
    company = str(square.organisations["property_company"])
    thread = await square.thread(kind="issue", issue={"organisation_id": company})
    reply = await square.reply(thread, body=f"[@王](account:{square.wang.account_id}) 说得对，我也看见了。")
    await square.house.drain()
    ids = {"thread_id": thread, "reply_id": reply}
    after = await fingerprint()
    for event, reaction in ALL:
        for _ in range(3):
            await reaction(event_of(event, **ids))
        assert await fingerprint() == after, reaction.__name__
    assert await square.house.held_jobs() == 0
    assert len(await fetch("SELECT 1 FROM inbox_item WHERE kind LIKE 'forum.%'")) == 1
