"""The index is a projection: made from zero, it is what the changes had made of it, document by document."""

from typing import Any
from uuid import UUID

import pytest

from backend.commands import search as command
from backend.core.database import execute, fetch
from backend.core.ids import new_id
from search.service import rebuilding
from tests.forum.square import Square, done, edit_of
from tests.search.test_finding import ids, posted

ALL_SQL = """
SELECT kind, id, community, audience, title, body, extras, author, subject, number, board, building, created_at,
       popularity, heading::text,
       ts_delete(vector, ARRAY(SELECT search_stretch(community, power, line)
                               FROM unnest(ARRAY[7, 10, 13, 15, 17]) AS power))::text AS words
FROM search_document ORDER BY id
"""


async def documents() -> list[Any]:
    return [tuple(row) for row in await fetch(ALL_SQL)]


async def a_busy_week(square: Square) -> list[UUID]:
    threads = [await posted(square, title=f"电梯第{number}次停运的说明") for number in range(4)]
    inside = await posted(square, board="estate", title="翠湖园内部的水箱清洗安排")
    replies = [await square.reply(threads[number % 2]) for number in range(5)]
    await square.reply(inside, square.wife)
    await square.house.drain()
    await done(square.wang.patch(f"/threads/{threads[1]}", {"title": "电梯停运说明改过了"}, headers=edit_of(1)))
    await done(square.li.delete(f"/replies/{replies[0]}"))
    await done(square.wang.delete(f"/threads/{threads[3]}"))
    for person in (square.li, square.zhao):
        await done(person.put(f"/posts/thread/{threads[0]}/reactions/thanks"))
        await done(person.put(f"/posts/reply/{replies[2]}/reactions/like"))
    await done(square.zhao.delete(f"/posts/reply/{replies[2]}/reactions/like"))
    await square.house.drain()
    return threads


async def test_rebuilt_is_what_the_changes_made(square: Square) -> None:
    await a_busy_week(square)
    before = await documents()
    assert {row[0] for row in before} == {"thread", "reply", "person"}
    assert {row[13] for row in before if row[0] == "thread"} >= {2, 5 - 1}
    await execute("DELETE FROM search_document")
    read: dict[str, int] = {}
    count = await rebuilding.rebuild_own(lambda kind, some: read.update({kind: read.get(kind, 0) + some}))
    assert await documents() == before and count == len(before)
    assert read["thread"] == 5 and read["reply"] == 6


async def test_no_search_finds_less_while_it_is_rebuilt_and_ghosts_go(
    square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = await a_busy_week(square)
    before = await documents()
    ghost = new_id()
    await execute(
        """INSERT INTO search_document (id, kind, community, audience, subject, created_at)
           VALUES ($1, 'thread', $2, '{public}', $1, now())""",
        ghost,
        square.community.id,
    )
    monkeypatch.setattr(rebuilding, "REFRESH_MOST", 1)
    put, seen = rebuilding.refresh, []

    async def watched(kind: str, some: list[UUID]) -> None:
        await put(kind, some)
        seen.append(set(await ids(square, square.li, "电梯")))

    monkeypatch.setattr(rebuilding, "refresh", watched)
    await rebuilding.rebuild_own(lambda _kind, _count: None)
    assert len(seen) > 10 and all({str(one) for one in threads[:3]} <= found for found in seen)
    assert await documents() == before


async def test_a_change_meanwhile_is_kept(square: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = await a_busy_week(square)
    put = rebuilding.refresh

    async def meddled(kind: str, some: list[UUID]) -> None:
        await put(kind, some)
        if threads[0] in some:
            await done(
                square.wang.patch(f"/threads/{threads[0]}", {"title": "门禁升级之后电梯刷卡"}, headers=edit_of(1))
            )
            await square.house.drain()

    monkeypatch.setattr(rebuilding, "refresh", meddled)
    await rebuilding.rebuild_own(lambda _kind, _count: None)
    assert await ids(square, square.li, "门禁升级") == [str(threads[0])]


async def test_refreshing_three_times_changes_nothing(square: Square) -> None:
    threads = await a_busy_week(square)
    before = await documents()
    for _ in range(3):
        await put_again(threads)
    assert await documents() == before
    await execute("DELETE FROM reply WHERE thread = $1", threads[2])
    await execute("DELETE FROM thread WHERE id = $1", threads[2])
    await put_again(threads)
    assert len(await documents()) == len(before) - 1


async def put_again(threads: list[UUID]) -> None:
    await rebuilding.refresh("thread", threads)


async def test_the_command_knows_what_it_does() -> None:
    with pytest.raises(SystemExit):
        command.main(["forget"])
