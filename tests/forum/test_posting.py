"""Neighbours open threads and answer."""

from tests.forum.square import Square, column


async def test_a_thread_and_its_answer(square: Square) -> None:
    thread = await square.thread()
    reply = await square.reply(thread)
    assert await column("thread", thread, "reply_count") == 1
    assert await column("reply", reply, "number") == 1
