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
    reply = (await mei.get(f"/threads/{thread}")).json()["replies"]["items"][2]["id"]
    for method, path, body, wanted in (
        ("PUT", f"/threads/{thread}/read", {"number": 12}, 200),
        ("PUT", f"/threads/{thread}/read", {"number": 9}, 200),
        ("PUT", f"/threads/{thread}/follow", {"level": "watching"}, 200),
        ("PUT", f"/posts/reply/{reply}/reactions/like", None, 200),
        ("PUT", f"/posts/reply/{reply}/reactions/like", None, 200),
        ("PUT", f"/posts/thread/{thread}/reactions/hug", None, 200),
        ("DELETE", f"/posts/reply/{reply}/reactions/like", None, 200),
        ("DELETE", f"/posts/reply/{reply}/reactions/like", None, 200),
        ("PUT", f"/posts/reply/{reply}/bookmark", None, 204),
        ("GET", "/me/bookmarks", None, 200),
        ("GET", f"/threads/{thread}/history", None, 200),
        ("GET", f"/replies/{reply}/history", None, 200),
        ("GET", f"/communities/{here.id}/mention-choices?q=&thread_id={thread}", None, 200),
        ("GET", f"/communities/{here.id}/similar-threads?title=灯", None, 200),
        ("DELETE", f"/posts/reply/{reply}/bookmark", None, 204),
        ("DELETE", f"/threads/{thread}/follow", None, 200),
    ):
        answer = await mei.request(method, path, **({"json": body} if body else {}))
        print(method, path, answer.status_code, answer.text[:300])
        assert answer.status_code == wanted, (path, answer.text)
