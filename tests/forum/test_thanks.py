"""Reactions: one of each word a person and post, always counted right."""

import asyncio
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest

from backend.core.database import fetchval
from backend.forum.schemas.posts import Emoji
from tests.forum.square import Square, done, refused


async def counted(kind: str, post: UUID) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(await fetchval(f"SELECT reactions FROM {kind} WHERE id = $1", post))
    return found


@pytest.mark.parametrize("kind", ["thread", "reply"])
async def test_given_once_and_taken_back_once(square: Square, kind: str) -> None:
    thread = await square.thread()
    post = thread if kind == "thread" else await square.reply(thread)
    path = f"/posts/{kind}/{post}/reactions/"
    for _ in range(2):
        assert await done(square.zhao.put(path + "like")) == {"reactions": {"like": 1}, "mine": ["like"]}
    assert await done(square.wife.put(path + "hug")) == {"reactions": {"hug": 1, "like": 1}, "mine": ["hug"]}
    for _ in range(2):
        assert await done(square.zhao.delete(path + "like")) == {"reactions": {"hug": 1}, "mine": []}
    assert await counted(kind, post) == {"hug": 1}
    shown = await done(square.wife.get(f"/threads/{thread}"))
    item = shown["post"] if kind == "thread" else shown["replies"]["items"][0]
    assert (item["reactions"], item["mine"]) == ({"hug": 1}, ["hug"])


async def test_only_the_short_set(square: Square) -> None:
    thread = await square.thread()
    for emoji in get_args(Emoji):
        await done(square.zhao.put(f"/posts/thread/{thread}/reactions/{emoji}"))
    assert await counted("thread", thread) == dict.fromkeys(get_args(Emoji), 1)
    assert (await square.zhao.put(f"/posts/thread/{thread}/reactions/angry")).status_code in (404, 422)


async def test_many_at_once_are_all_counted(square: Square) -> None:
    thread = await square.thread()
    people = [square.zhao, square.wife, square.li, square.sun, square.owners]
    path = f"/posts/thread/{thread}/reactions/"
    await asyncio.gather(*(who.put(path + word) for who in people for word in ("like", "thanks") for _ in range(2)))
    await asyncio.gather(*(who.delete(path + "like") for who in people[:3] for _ in range(2)))
    assert await counted("thread", thread) == {"like": 2, "thanks": 5}


async def test_thanks_warm_a_thread(square: Square) -> None:
    thread = await square.thread()
    before = await fetchval("SELECT hot FROM thread WHERE id = $1", thread)
    await done(square.zhao.put(f"/posts/thread/{thread}/reactions/like"))
    warm = await fetchval("SELECT hot FROM thread WHERE id = $1", thread)
    await done(square.zhao.delete(f"/posts/thread/{thread}/reactions/like"))
    assert warm > before == await fetchval("SELECT hot FROM thread WHERE id = $1", thread)


async def test_guests_give_none(square: Square) -> None:
    thread = await square.thread(board="public")
    await refused(square.guest.put(f"/posts/thread/{thread}/reactions/like"), 403)
    await refused(square.stranger.put(f"/posts/thread/{thread}/reactions/like"), 404)


async def test_it_costs_few_statements(square: Square) -> None:
    thread = await square.thread()
    async with square.house.statements(5):
        await done(square.zhao.put(f"/posts/thread/{thread}/reactions/like"))
