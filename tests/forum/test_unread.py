"""How far one has read: never back, never beyond, and right while others write."""

import asyncio
from uuid import UUID

from backend.core.database import fetchrow, fetchval
from tests.forum.square import Square, done, refused
from tests.house import Neighbour, at_once


async def mark(who: Neighbour, thread: UUID, number: int) -> int:
    return int((await done(who.put(f"/threads/{thread}/read", {"number": number})))["last_read_number"])


async def test_it_moves_forwards_only_and_never_beyond_the_newest(square: Square) -> None:
    thread = await square.thread()
    for _ in range(3):
        await square.reply(thread)
    assert [await mark(square.zhao, thread, at) for at in (2, 1, 2, 99, 0)] == [2, 2, 2, 3, 3]


async def test_the_same_again_writes_nothing(square: Square) -> None:
    thread = await square.thread()
    await mark(square.zhao, thread, 0)
    before = await fetchrow("SELECT xmin, * FROM thread_reader WHERE account = $1", square.zhao.account_id)
    await mark(square.zhao, thread, 0)
    assert await fetchrow("SELECT xmin, * FROM thread_reader WHERE account = $1", square.zhao.account_id) == before


async def test_what_one_was_told_of_it_is_read_as_well(square: Square) -> None:
    thread = await square.thread()
    await square.reply(thread)
    await square.house.drain()
    before = (await done(square.wang.get("/inbox")))["unread"]
    await mark(square.wang, thread, 1)
    assert (await done(square.wang.get("/inbox")))["unread"] == before - 1


async def test_marks_hold_while_neighbours_reply(square: Square) -> None:
    """Ten readers and ten repliers at once: no mark is ever beyond what there is, or goes back."""
    thread = await square.thread()
    for _ in range(2):
        await square.reply(thread)
    readers = [square.wang, square.zhao, square.wife, square.owners, square.sun]

    async def read_on(who: Neighbour) -> list[int]:
        seen = []
        for number in (1, 30, 2, 30, 30):
            seen.append(await mark(who, thread, number))
            await asyncio.sleep(0)
        return seen

    marks, _ = await asyncio.gather(
        asyncio.gather(*(read_on(who) for who in readers for _ in range(2))),
        asyncio.gather(*(square.reply(thread, who) for who in (square.li, square.owners, square.sun, square.wife))),
    )
    newest = await fetchval("SELECT last_number FROM thread WHERE id = $1", thread)
    assert newest == 6
    for seen in marks:
        assert seen == sorted(seen) and seen[-1] <= newest
    answers = await at_once(*(mark(who, thread, 99) for who in readers))
    assert answers == [newest] * len(readers)
    assert await fetchval("SELECT count(*) FROM thread_reader WHERE thread = $1 AND read_at IS NOT NULL", thread) == 5


async def test_who_may_not_read_it_marks_nothing(square: Square) -> None:
    thread = await square.thread(board="estate")
    for who in (square.sun, square.guest, square.stranger):
        await refused(who.put(f"/threads/{thread}/read", {"number": 0}), 404)
        await refused(who.put(f"/threads/{thread}/follow", {"level": "watching"}), 404)
    assert await fetchval("SELECT count(*) FROM thread_reader WHERE thread = $1", thread) == 0


async def test_a_mark_costs_four_statements(square: Square) -> None:
    thread = await square.thread()
    async with square.house.statements(4):
        await mark(square.zhao, thread, 0)
