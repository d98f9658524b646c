"""What was said is put where it belongs, and everything that hangs on it goes along."""

from typing import Any
from uuid import UUID, uuid4

from backend.core.database import execute, fetch, fetchval
from backend.forum.rules.keeping import MERGED_REPLIES_MOST
from backend.forum.schemas.staff import MOVED_MOST
from tests.forum.square import Square, column, done, edit_of, refused
from tests.house import Neighbour, at_once, key


async def numbers(thread: UUID) -> list[tuple[int, UUID | None]]:
    rows = await fetch("SELECT number, parent FROM reply WHERE thread = $1 ORDER BY number", thread)
    return [(row["number"], row["parent"]) for row in rows]


async def counters(thread: UUID) -> tuple[int, int]:
    row: Any = await fetch("SELECT reply_count, last_number FROM thread WHERE id = $1", thread)
    return tuple(row[0])


async def threads_on(square: Square, board: str) -> int:
    return int(await column("board", square.boards[board], "thread_count"))


async def hang_on(square: Square, kind: str, post: UUID, thread: UUID, who: Neighbour) -> None:
    """A reaction, a bookmark, a version."""
    for what in ("reactions/like", "bookmark"):
        await done(who.put(f"/posts/{kind}/{post}/{what}"))
    await execute(
        """INSERT INTO post_version (id, post, number, body, html, edited_by)
           VALUES (gen_random_uuid(), $1, 1, '从前的话', '<p>从前的话</p>', $2)""",
        post,
        who.account_id,
    )


async def hanging_on(post: UUID) -> tuple[int, int, str | None, UUID | None]:
    found: Any = await fetchval(
        """SELECT ((SELECT count(*) FROM post_reaction WHERE post = $1),
                   (SELECT count(*) FROM post_version WHERE post = $1),
                   (SELECT kind FROM bookmark WHERE post = $1), (SELECT thread FROM bookmark WHERE post = $1))""",
        post,
    )
    return tuple(found)


async def test_a_thread_moves_to_another_board(square: Square) -> None:
    thread = await square.thread()
    await square.reply(thread)
    for _ in range(2):
        await done(square.moderator.put(f"/threads/{thread}/board", {"board_id": str(square.boards["estate"])}))
    assert (await threads_on(square, "talk"), await threads_on(square, "estate")) == (0, 1)
    await refused(square.sun.post(f"/threads/{thread}/replies", {"body": "我还看得到吗"}), 404)
    there = await square.house.officer(square.other, "committee_admin")
    board = await done(there.post(f"/communities/{square.other.id}/boards", {"name": "邻里闲谈"}))
    for wrong in (board["id"], str(uuid4())):
        await refused(square.moderator.put(f"/threads/{thread}/board", {"board_id": wrong}), 404)
    assert await column("thread", thread, "board") == square.boards["estate"]


async def test_a_hidden_thread_moves_uncounted(square: Square) -> None:
    thread = await square.thread()
    await done(square.wang.delete(f"/threads/{thread}"))
    await done(square.moderator.put(f"/threads/{thread}/board", {"board_id": str(square.boards["public"])}))
    assert (await threads_on(square, "talk"), await threads_on(square, "public")) == (0, 0)


async def test_a_thread_is_merged_into_another(square: Square) -> None:
    into, thread = await square.thread(square.zhao), await square.thread(square.wang, "public", title="路灯 <坏> 了啊")
    await square.reply(into, square.sun)
    first = await square.reply(thread)
    second = await square.reply(thread, square.owners, parent_id=str(first))
    gone = await square.reply(thread, square.sun)
    await done(square.sun.delete(f"/replies/{gone}"))
    await hang_on(square, "thread", thread, thread, square.li)
    await done(square.wife.put(f"/posts/reply/{first}/bookmark"))
    await done(square.wife.put(f"/threads/{thread}/follow", {"level": "watching"}))
    for _ in range(2):
        await done(square.moderator.put(f"/threads/{thread}/merger", {"into_id": str(into)}))
    # The first post is an answer of its own; what answered it answers that.
    made = await fetchval("SELECT id FROM reply WHERE thread = $1 AND number = 2", into)
    assert await numbers(into) == [(1, None), (2, None), (3, made), (4, first), (5, made)]
    assert await counters(into) == (4, 5) and await numbers(thread) == []
    assert (await column("thread", thread, "state"), await column("thread", thread, "merged_into")) == ("merged", into)
    assert await column("reply", made, "author") == square.wang.account_id
    assert "<strong>路灯 &lt;坏&gt; 了啊</strong>" in await column("reply", made, "html")
    assert await hanging_on(made) == (1, 1, "reply", into) and await hanging_on(thread) == (0, 0, None, None)
    assert (await hanging_on(first))[3] == into
    following = "SELECT level FROM thread_reader WHERE thread = $1 AND account = $2"
    assert await fetchval(following, into, square.wife.account_id) == "watching"
    assert (await threads_on(square, "talk"), await threads_on(square, "public")) == (1, 0)
    assert await column("thread", into, "last_author") == square.owners.account_id, second
    await refused(square.li.post(f"/threads/{thread}/replies", {"body": "还能说吗"}), 409, "forum.thread_closed")
    await square.reply(into, square.li)


async def test_not_everything_can_be_merged(square: Square) -> None:
    into, thread = await square.thread(square.zhao), await square.thread()
    issue = {"organisation_id": str(square.organisations["property_company"])}
    raised = await square.thread(square.li, kind="issue", issue=issue)
    for asked in (thread, raised):
        target = into if asked == raised else thread
        call = square.moderator.put(f"/threads/{asked}/merger", {"into_id": str(target)})
        await refused(call, 409, "forum.cannot_merge")
    await refused(square.moderator.put(f"/threads/{thread}/merger", {"into_id": str(uuid4())}), 404)
    await execute("UPDATE thread SET last_number = $2 WHERE id = $1", thread, MERGED_REPLIES_MOST + 1)
    call = square.moderator.put(f"/threads/{thread}/merger", {"into_id": str(into)})
    await refused(call, 409, "forum.too_long_to_merge")
    await execute("UPDATE thread SET last_number = $2 WHERE id = $1", thread, MERGED_REPLIES_MOST)
    await done(square.moderator.put(f"/threads/{thread}/merger", {"into_id": str(raised)}))
    await refused(square.moderator.put(f"/threads/{into}/merger", {"into_id": str(thread)}), 409, "forum.thread_closed")


async def test_two_merge_towards_each_other(square: Square) -> None:
    one, other = await square.thread(), await square.thread(square.zhao)
    answers = await at_once(
        square.moderator.put(f"/threads/{one}/merger", {"into_id": str(other)}),
        square.colleague.put(f"/threads/{other}/merger", {"into_id": str(one)}),
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert await threads_on(square, "talk") == 1


async def test_answers_become_a_thread(square: Square) -> None:
    thread = await square.thread()
    replies = [await square.reply(thread, who) for who in (square.li, square.zhao, square.sun)]
    below = await square.reply(thread, square.wang, parent_id=str(replies[1]))
    inside = await square.reply(thread, square.wife, parent_id=str(replies[2]))
    stays = await square.reply(thread, square.owners, parent_id=str(replies[2]))
    await hang_on(square, "reply", replies[1], thread, square.wang)
    await done(square.li.put(f"/posts/reply/{below}/bookmark"))
    chosen = [inside, replies[1], below, replies[2], replies[1]]
    asked = {"title": "停车的事另起一个话题", "reply_ids": [str(it) for it in chosen]}
    asked["board_id"] = str(square.boards["public"])
    headers = key()
    made = await done(square.moderator.post(f"/threads/{thread}/splits", asked, headers=headers))
    assert await done(square.moderator.post(f"/threads/{thread}/splits", asked, headers=headers)) == made
    new = UUID(made["id"])
    # The earliest is the first post; who answered it answers the thread.
    assert await column("thread", new, "author") == square.zhao.account_id
    assert await column("thread", new, "building") == square.places["5幢"]
    moved = await fetch("SELECT id, parent FROM reply WHERE thread = $1 ORDER BY number", new)
    assert [tuple(row) for row in moved] == [(replies[2], None), (below, None), (inside, replies[2])]
    assert await counters(new) == (3, 3)
    assert await numbers(thread) == [(1, None), (6, None)] and await counters(thread) == (2, 6)
    assert await column("thread", thread, "last_author") == square.owners.account_id, stays
    assert await hanging_on(new) == (1, 1, "thread", new) and await hanging_on(replies[1]) == (0, 0, None, None)
    assert (await hanging_on(below))[3] == new
    assert (await threads_on(square, "talk"), await threads_on(square, "public")) == (1, 1)


async def test_a_quote_stays_behind_with_what_it_is_from(square: Square) -> None:
    thread = await square.thread(square.wang, "estate")
    words = "物业经理昨天收了停车费没有给票。"
    first, heads = await square.reply(thread, square.li, words), await square.reply(thread)
    quoting = {"quoted_id": str(first), "quoted_text": "收了停车费没有给票"}
    goes, stays = [await square.reply(thread, who, **quoting) for who in (square.wife, square.owners)]
    assert (await square.wang.get(f"/threads/{thread}")).text.count("收了停车费") == 3
    asked = {"title": "停车的事另起一个话题", "reply_ids": [str(heads), str(goes)]}
    made = await done(
        square.moderator.post(f"/threads/{thread}/splits", {**asked, "board_id": str(square.boards["public"])})
    )
    (item,) = (await done(square.sun.get(f"/threads/{made['id']}")))["replies"]["items"]
    assert (item["id"], item["quoted_id"], item["quoted_text"], item["quoted_author"]) == (str(goes), None, None, None)
    kept = (await done(square.wang.get(f"/threads/{thread}")))["replies"]["items"]
    assert {it["id"]: it["quoted_text"] for it in kept}[str(stays)] == "收了停车费没有给票"


async def test_only_what_is_there_is_split_off(square: Square) -> None:
    thread, other = await square.thread(), await square.thread(square.li)
    company = str(square.organisations["property_company"])
    reply, elsewhere, gone = await square.reply(thread), await square.reply(other), await square.reply(thread)
    await done(square.li.delete(f"/replies/{gone}"))
    official = {"organisation_id": company, "body": "我们今天就去看，明天给您答复。"}
    answered = await done(square.property.put(f"/threads/{thread}/official-response", official))
    for wrong in (elsewhere, gone, UUID(answered["id"]), uuid4()):
        asked = {"title": "停车的事另起一个话题", "reply_ids": [str(reply), str(wrong)]}
        await refused(square.moderator.post(f"/threads/{thread}/splits", asked), 422)
    asked = {"title": "停车的事另起一个话题", "reply_ids": [str(uuid4()) for _ in range(MOVED_MOST + 1)]}
    await refused(square.moderator.post(f"/threads/{thread}/splits", asked), 422)
    archived = {"title": "停车的事另起一个话题", "reply_ids": [str(reply)], "board_id": str(square.boards["archived"])}
    await refused(square.moderator.post(f"/threads/{thread}/splits", archived), 409, "forum.board_archived")
    assert await counters(thread) == (2, 3) and await fetchval("SELECT count(*) FROM thread") == 2


async def test_a_hundred_answers_are_split_off_at_once(square: Square) -> None:
    thread = await square.thread()
    replies = [await square.reply(thread, square.worker) for _ in range(MOVED_MOST)]
    asked = {"title": "停车的事另起一个话题", "reply_ids": [str(it) for it in replies]}
    made = await done(square.moderator.post(f"/threads/{thread}/splits", asked))
    assert await counters(UUID(made["id"])) == (MOVED_MOST - 1, MOVED_MOST - 1)
    assert await counters(thread) == (0, MOVED_MOST)


async def test_answers_while_a_thread_is_split_and_merged(square: Square) -> None:
    thread, into = await square.thread(), await square.thread(square.zhao)
    replies = [await square.reply(thread) for _ in range(4)]
    asked = {"title": "停车的事另起一个话题", "reply_ids": [str(it) for it in replies[:2]]}
    answering = [
        who.post(f"/threads/{thread}/replies", {"body": f"我也说一句：{who.phone}", "parent_id": str(replies[0])})
        for who in (square.wang, square.wife, square.sun, square.owners)
    ]
    answers = await at_once(
        square.moderator.post(f"/threads/{thread}/splits", asked),
        *answering,
        square.li.patch(f"/replies/{replies[3]}", {"body": "改成别的话了"}, headers=edit_of(1)),
        square.li.delete(f"/replies/{replies[2]}"),
        square.colleague.put(f"/threads/{thread}/merger", {"into_id": str(into)}),
    )
    assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
    lost = await fetchval(
        """SELECT count(*) FROM reply r LEFT JOIN reply p ON p.id = r.parent
           WHERE r.parent IS NOT NULL AND p.thread IS DISTINCT FROM r.thread"""
    )
    assert lost == 0
    assert (
        await fetchval(
            """SELECT count(*) FROM thread t WHERE t.reply_count <>
           (SELECT count(*) FROM reply r WHERE r.thread = t.id AND r.state = 'shown')"""
        )
        == 0
    )


async def test_how_many_statements_does_not_hang_on_how_much_is_moved(square: Square) -> None:
    counts = []
    for replies in (2, 12):
        thread, into = await square.thread(), await square.thread(square.zhao)
        chosen = [str(await square.reply(thread)) for _ in range(replies)]
        asked = {"title": "停车的事另起一个话题", "reply_ids": chosen[: replies // 2]}
        async with square.house.statements(8):
            await done(square.moderator.put(f"/threads/{thread}/board", {"board_id": str(square.boards["public"])}))
        async with square.house.statements(8) as split:
            await done(square.moderator.post(f"/threads/{thread}/splits", asked, headers=key()))
        async with square.house.statements(8) as merged:
            await done(square.moderator.put(f"/threads/{thread}/merger", {"into_id": str(into)}))
        counts.append((split[0], merged[0]))
    assert counts[0] == counts[1]
