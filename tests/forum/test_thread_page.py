"""A thread's page over HTTP."""

from tests.forum.stock import put_board, put_replies, put_reply, put_thread
from tests.house import House


async def test_thin(house: House) -> None:
    here = await house.open_community()
    moderator = await house.officer(here, "moderator")
    mei = await house.resident(here, moderator, name="王秀英")
    board = await put_board(here)
    thread = await put_thread(here, board, mei)
    await put_replies(thread, mei, 25)
    await put_reply(thread, mei, state="hidden")
    for path in (
        f"/communities/{here.id}/boards",
        f"/boards/{board}/threads",
        *(
            f"/boards/{board}/threads?order={o}&show={s}"
            for o in ("active", "newest", "hot", "unanswered", "building")
            for s in ("all", "unread", "mine", "watching")
        ),
        *(f"/communities/{here.id}/threads?order={o}" for o in ("active", "newest", "hot", "unanswered", "building")),
        f"/threads/{thread}",
        f"/threads/{thread}?at=unread",
        f"/threads/{thread}?at=22",
        f"/threads/{thread}?at=30",
        f"/threads/{thread}?at=official",
        f"/threads/{thread}/replies?limit=5&at=7",
    ):
        answer = await mei.get(path)
        assert answer.status_code == 200, (path, answer.text)
    print(answer.text)
