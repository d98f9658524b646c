"""How loudly one follows, and what one keeps."""

from uuid import UUID

import pytest

from backend.core.database import execute, fetchval
from backend.core.paging import LIST_LIMIT_MOST
from tests.forum.square import Square, done, refused


@pytest.mark.parametrize("level", ["watching", "normal", "muted"])
async def test_a_level_is_kept_and_shown(square: Square, level: str) -> None:
    thread = await square.thread()
    assert await done(square.zhao.put(f"/threads/{thread}/follow", {"level": level})) == {"level": level}
    shown = await done(square.zhao.get(f"/threads/{thread}"))
    assert (shown["level"], shown["last_read_number"]) == (level, None)
    assert await done(square.zhao.delete(f"/threads/{thread}/follow")) == {"level": "normal"}


async def test_no_other_level(square: Square) -> None:
    await refused(square.zhao.put(f"/threads/{await square.thread()}/follow", {"level": "loudly"}), 422)


async def test_a_bookmark_is_kept_once_and_dropped(square: Square) -> None:
    thread = await square.thread(title="垃圾分类的新时间表")
    reply = await square.reply(thread, body="早上六点半到八点半。")
    for _ in range(2):
        await done(square.zhao.put(f"/posts/reply/{reply}/bookmark"))
    await done(square.zhao.put(f"/posts/thread/{thread}/bookmark"))
    kept = (await done(square.zhao.get("/me/bookmarks")))["items"]
    assert [(it["kind"], it["post_id"]) for it in kept] == [("thread", str(thread)), ("reply", str(reply))]
    assert kept[1]["excerpt"] == "早上六点半到八点半。" and kept[1]["title"] == "垃圾分类的新时间表"
    assert (await done(square.zhao.get(f"/threads/{thread}")))["post"]["bookmarked"]
    for _ in range(2):
        await done(square.zhao.delete(f"/posts/reply/{reply}/bookmark"))
    assert len((await done(square.zhao.get("/me/bookmarks")))["items"]) == 1


async def test_bookmarks_come_in_pages_by_one_statement(square: Square) -> None:
    thread = await square.thread()
    replies = [str(await square.reply(thread)) for _ in range(3)]
    for reply in replies:
        await done(square.zhao.put(f"/posts/reply/{reply}/bookmark"))
    async with square.house.statements(2):
        page = await done(square.zhao.get("/me/bookmarks?limit=2"))
    further = await done(square.zhao.get(f"/me/bookmarks?limit=2&cursor={page['next_cursor']}"))
    assert [it["post_id"] for it in (*page["items"], *further["items"])] == replies[::-1]
    assert (await square.zhao.get(f"/me/bookmarks?limit={LIST_LIMIT_MOST}")).status_code == 200
    await refused(square.zhao.get(f"/me/bookmarks?limit={LIST_LIMIT_MOST + 1}"), 422)


async def test_whoever_moves_away_finds_it_no_more(square: Square) -> None:
    thread = await square.thread(board="estate")
    await done(square.zhao.put(f"/posts/thread/{thread}/bookmark"))
    await execute(
        """UPDATE residency SET ended_at = now() FROM account
           WHERE account.person = residency.person AND account.id = $1""",
        square.zhao.account_id,
    )
    assert (await done(square.zhao.get("/me/bookmarks")))["items"] == []


@pytest.mark.parametrize("kind", ["thread", "reply"])
async def test_what_one_does_not_see_cannot_be_kept(square: Square, kind: str) -> None:
    thread = await square.thread(board="estate")
    post: UUID = thread if kind == "thread" else await square.reply(thread, square.zhao)
    for what in ("bookmark", "reactions/like"):
        await refused(square.sun.put(f"/posts/{kind}/{post}/{what}"), 404)
    await refused(square.zhao.put(f"/posts/{'reply' if kind == 'thread' else 'thread'}/{post}/bookmark"), 404)
    assert await fetchval("SELECT count(*) FROM bookmark") == 0
