"""Boards and lists of threads: who finds what, in which order, page by page."""

from typing import Any
from uuid import UUID

import pytest

from backend.core.database import execute
from backend.core.paging import LIST_LIMIT_MOST
from backend.forum.rules.reading import (
    EXCERPT_CHARS,
    PINNED_LOOKED_AT_MOST,
    PINNED_SHOWN_MOST,
    UNREAD_COUNTED_MOST,
    excerpt_of,
)
from backend.forum.schemas.posts import TITLE_MAX_CHARS
from tests.forum.square import Square, done, refused
from tests.house import API, Neighbour

ORDERS = ("active", "newest", "hot", "unanswered", "building")
SHOWS = ("all", "unread", "mine", "watching")


async def found(who: Neighbour, path: str) -> list[str]:
    return [item["id"] for item in (await done(who.get(path)))["items"]]


def board(square: Square, name: str = "talk", asked: str = "") -> str:
    return f"/boards/{square.boards[name]}/threads?{asked}"


async def test_each_finds_the_boards_that_are_theirs(square: Square) -> None:
    path = f"/communities/{square.community.id}/boards"

    async def names(who: Neighbour | None) -> dict[str, list[str]]:
        if who is None:
            answer = await square.house.http.get(API + path)
            assert answer.status_code == 200
            return {it["name"]: it["can"] for it in answer.json()["items"]}
        return {it["name"]: it["can"] for it in (await done(who.get(path)))["items"]}

    everything = {"邻里闲谈", "公共事务", "物业发布", "业主议事", "翠湖园内部", "去年的话题"}
    assert set(await names(None)) == set(await names(square.guest)) == set(await names(square.stranger)) == {"公共事务"}
    assert set(await names(square.wang)) == set(await names(square.zhao)) == everything
    assert set(await names(square.sun)) == set(await names(square.property)) == everything - {"翠湖园内部"}
    assert set(await names(square.moderator)) == everything
    mine = await names(square.zhao)
    assert [name for name, can in mine.items() if can == ["post"]] == ["邻里闲谈", "公共事务", "翠湖园内部"]
    assert (await names(square.wang))["业主议事"] == ["post"]
    assert (await names(square.property))["物业发布"] == ["post"]
    assert (await names(square.admin))["邻里闲谈"] == ["post", "edit"]
    assert list(mine)[-1] == "去年的话题" and mine["去年的话题"] == []


async def test_no_community_has_no_boards(square: Square) -> None:
    unknown = square.wang.account_id
    await refused(square.wang.get(f"/communities/{unknown}/boards"), 404)
    await refused(square.wang.get(f"/communities/{unknown}/threads"), 404)
    await refused(square.wang.get(f"/boards/{unknown}/threads"), 404)


@pytest.mark.parametrize("who", ["guest", "stranger", "sun"])
async def test_a_board_that_one_may_not_read_is_not_there(square: Square, who: str) -> None:
    await square.thread(board="estate")
    await refused(getattr(square, who).get(board(square, "estate")), 404)
    assert await found(getattr(square, who), f"/communities/{square.community.id}/threads") == []


async def test_lists_cost_three_statements(square: Square) -> None:
    thread = await square.thread()
    await square.reply(thread)
    for path in (board(square), f"/communities/{square.community.id}/threads?"):
        for order in ORDERS:
            for show in SHOWS:
                async with square.house.statements(3):
                    await done(square.wang.get(f"{path}&order={order}&show={show}"))
    async with square.house.statements(2):
        await done(square.wang.get(f"/communities/{square.community.id}/boards"))


async def test_each_order_brings_its_own_first(square: Square) -> None:
    old, busy, new = [await square.thread(title=f"第{at}个话题说灯的事") for at in range(3)]
    theirs = await square.thread(square.sun, title="云栖里门前的车位怎么分")
    for _ in range(3):
        await square.reply(busy)
    await square.reply(old, square.property, organisation_id=str(square.organisations["property_company"]))
    first = {order: await found(square.wang, board(square, asked=f"order={order}")) for order in ORDERS}
    assert first["active"] == [str(it) for it in (old, busy, theirs, new)]
    assert first["newest"] == [str(it) for it in (theirs, new, busy, old)]
    assert first["hot"][0] == str(busy)
    assert first["unanswered"] == [str(it) for it in (theirs, new, busy)]
    assert first["building"] == [str(it) for it in (old, busy, new)]
    assert await found(square.sun, board(square, asked="order=building")) == [str(theirs)]


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_follow_each_other_without_gap_or_double(square: Square, order: str) -> None:
    made = [str(await square.thread(title=f"第{at}个话题说灯的事")) for at in range(5)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await done(
            square.wang.get(board(square, asked=f"order={order}&limit=2{cursor and f'&cursor={cursor}'}"))
        )
        seen += [it["id"] for it in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(made) and len(seen) == 5


async def test_a_list_holds_its_limit(square: Square) -> None:
    assert (await square.wang.get(board(square, asked=f"limit={LIST_LIMIT_MOST}"))).status_code == 200
    await refused(square.wang.get(board(square, asked=f"limit={LIST_LIMIT_MOST + 1}")), 422)
    await refused(square.wang.get(board(square, asked="cursor=nonsense")), 400)


async def test_pinned_ones_stand_first_on_the_first_page(square: Square) -> None:
    pinned = await square.thread(title="停水通知请大家看一看")
    others = [str(await square.thread(title=f"第{at}个话题说灯的事")) for at in range(3)]
    await execute("UPDATE thread SET pinned_until = now() + interval '1 day' WHERE id = $1", pinned)
    page = await done(square.wang.get(board(square, asked="limit=2")))
    assert [it["id"] for it in page["items"]] == [str(pinned), others[2], others[1]]
    assert [it["pinned"] for it in page["items"]] == [True, False, False]
    assert await found(square.wang, board(square, asked=f"limit=2&cursor={page['next_cursor']}")) == [others[0]]
    assert (await found(square.wang, board(square, asked="order=newest")))[-1] == str(pinned)
    await execute("UPDATE thread SET pinned_until = now() - interval '1 s' WHERE id = $1", pinned)
    assert (await found(square.wang, board(square)))[-1] == str(pinned)


async def test_no_more_than_a_screen_is_pinned(square: Square) -> None:
    for at in range(PINNED_SHOWN_MOST + 1):
        await square.thread(title=f"第{at}个话题说灯的事")
    await execute("UPDATE thread SET pinned_until = now() + interval '1 day'")
    assert len(await found(square.wang, board(square))) == PINNED_SHOWN_MOST


async def test_only_those_pinned_the_longest_are_looked_at(square: Square) -> None:
    busiest = await square.thread(title="最热闹的一个话题")
    await execute("UPDATE thread SET pinned_until = now() + interval '1 hour'")
    await execute(
        """INSERT INTO thread (id, community, board, author, kind, title, body, html, pinned_until, last_activity_at)
           SELECT gen_random_uuid(), community, board, author, kind, title, body, html, now() + interval '1 day',
                  last_activity_at - interval '1 day' FROM thread, generate_series(2, $1::int)""",
        PINNED_LOOKED_AT_MOST,
    )
    assert (await found(square.wang, board(square)))[0] == str(busiest)
    await execute(
        "UPDATE thread SET pinned_until = now() + interval '30 minutes' WHERE id = $1",
        busiest,
    )
    one_more = await square.thread(title="又置顶的一个话题")
    await execute("UPDATE thread SET pinned_until = now() + interval '1 day' WHERE id = $1", one_more)
    shown = await found(square.wang, board(square))
    assert shown[0] == str(one_more) and str(busiest) not in shown[:PINNED_SHOWN_MOST]


async def test_what_is_shown_can_be_chosen(square: Square) -> None:
    mine, theirs = await square.thread(), await square.thread(square.li, title="谁家的快递放错了门口")
    question = await square.thread(square.li, title="请问停车证在哪里办", kind="question")
    await done(square.wang.put(f"/threads/{theirs}/follow", {"level": "watching"}))
    await done(square.wang.put(f"/threads/{question}/read", {"number": 0}))
    assert await found(square.wang, board(square, asked="show=mine")) == [str(mine)]
    assert await found(square.wang, board(square, asked="show=watching")) == [str(theirs)]
    assert await found(square.wang, board(square, asked="kind=question")) == [str(question)]
    assert str(question) not in await found(square.wang, board(square, asked="show=unread"))
    await square.reply(question)
    assert str(question) in await found(square.wang, board(square, asked="show=unread"))
    await done(square.wang.put(f"/threads/{question}/follow", {"level": "muted"}))
    assert str(question) not in await found(square.wang, board(square, asked="show=unread"))


async def test_a_row_says_what_has_happened(square: Square) -> None:
    thread = await square.thread(title="三号楼的门禁又坏了")
    item = await the_item(square, thread)
    assert (item["unread"], item["reply_count"], item["last_author"]) == (None, 0, None)
    assert item["board_name"] == "邻里闲谈" and item["author"]["account_id"] == str(square.wang.account_id)
    await done(square.zhao.put(f"/threads/{thread}/read", {"number": 0}))
    await square.reply(thread)
    await square.reply(thread, square.property, organisation_id=str(square.organisations["property_company"]))
    await done(square.li.put(f"/posts/thread/{thread}/reactions/agree"))
    item = await the_item(square, thread)
    assert (item["unread"], item["reply_count"], item["reactions"]) == (2, 2, 1)
    assert item["answered_by_official"] and item["last_author"] == "翠湖物业"


async def test_one_own_replies_are_nobodys_news_to_oneself(square: Square) -> None:
    thread = await square.thread()
    await done(square.li.put(f"/threads/{thread}/read", {"number": 0}))
    await square.reply(thread, square.li)
    assert (await the_item(square, thread, square.li))["unread"] == 0


async def test_unread_counts_so_far(square: Square) -> None:
    thread = await square.thread()
    await done(square.zhao.put(f"/threads/{thread}/read", {"number": 0}))
    await execute(
        """WITH made AS (INSERT INTO reply (id, community, thread, number, author, body, html)
               SELECT gen_random_uuid(), $1, $2, n, $3, '好', '<p>好</p>' FROM generate_series(1, $4::int) AS n)
           UPDATE thread SET last_number = $4, reply_count = $4 WHERE id = $2""",
        square.community.id,
        thread,
        square.li.account_id,
        UNREAD_COUNTED_MOST + 1,
    )
    assert (await the_item(square, thread))["unread"] == UNREAD_COUNTED_MOST
    await execute("DELETE FROM reply WHERE thread = $1 AND number IN (1, 2)", thread)
    assert (await the_item(square, thread))["unread"] == UNREAD_COUNTED_MOST - 1


async def the_item(square: Square, thread: UUID, who: Neighbour | None = None) -> dict[str, Any]:
    items = (await done((who or square.zhao).get(board(square))))["items"]
    return next(it for it in items if it["id"] == str(thread))


def test_an_excerpt_is_one_line_of_words() -> None:
    assert excerpt_of("<p>门口的灯 <strong>坏了</strong></p>\n<p>a &lt; b</p>") == "门口的灯 坏了 a < b"
    assert excerpt_of(f"<p>{'灯' * EXCERPT_CHARS}</p>") == "灯" * EXCERPT_CHARS
    assert excerpt_of(f"<p>{'灯' * (EXCERPT_CHARS + 1)}</p>") == "灯" * (EXCERPT_CHARS - 1) + "…"
    assert excerpt_of('<p>看<a href="https://a.example') == "看"
    bold = '<p>拎着菜走上来的，<strong>膝盖受不了</strong>。<a href="https://a.example">看这里</a>吧<br>\n谢谢</p><ul><li>一</li><li>二</li></ul>'
    assert excerpt_of(bold) == "拎着菜走上来的，膝盖受不了。看这里吧 谢谢 一 二"


async def test_similar_threads_are_asked_with_a_title(square: Square) -> None:
    path = f"/communities/{square.community.id}/similar-threads?title="
    assert (await square.wang.get(path + "灯" * TITLE_MAX_CHARS)).status_code == 200
    await refused(square.wang.get(path + "灯" * (TITLE_MAX_CHARS + 1)), 422)
    await refused(square.guest.get(path + "路灯"), 403)
    await refused(square.stranger.get(path + "路灯"), 404)
