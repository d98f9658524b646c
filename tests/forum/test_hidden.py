"""Whatever happens to posts, in any order: what is hidden, held or deleted is nowhere in sight of its neighbours, and
what is shown is where it belongs."""

import random
from dataclasses import dataclass
from uuid import UUID

import pytest

from backend.core.database import fetchval, transaction
from backend.forum.service.subjects import SUBJECTS
from tests.forum.square import Square, done
from tests.house import API, key

STEPS = 14
HELD_WORD = "低价代开发票"
ORDERS = ("active", "newest", "hot", "unanswered", "building")


@dataclass
class Post:
    id: UUID
    kind: str
    thread: UUID
    mark: str
    """Stands in its words, and nowhere else."""
    state: str = "shown"


class Talk:
    """wang and li write, a moderator hides and restores, the writers take back; zhao looks on and keeps everything."""

    def __init__(self, square: Square, seed: int) -> None:
        self.square, self.chance = square, random.Random(seed)
        self.posts: list[Post] = []

    async def step(self) -> None:
        await self.chance.choice(
            [self.open, self.answer, self.answer, self.hide, self.hide, self.restore, self.delete]
        )()

    async def open(self) -> None:
        held = self.chance.random() < 0.3
        mark = self._mark()
        body = {
            "kind": "discussion",
            "title": f"说说这件事{mark}",
            "body": f"大家看看这件事怎么办才好。{HELD_WORD if held else ''}",
        }
        made = await done(self.square.wang.post(f"/boards/{self.square.boards['public']}/threads", body, headers=key()))
        assert (made["state"] == "held") == held
        self.posts.append(Post(UUID(made["id"]), "thread", UUID(made["id"]), mark, made["state"]))

    async def answer(self) -> None:
        threads = [it for it in self.posts if it.kind == "thread" and it.state == "shown"]
        if not threads:
            return
        thread = self.chance.choice(threads)
        held = self.chance.random() < 0.3
        mark = self._mark()
        body = {"body": f"[@赵](account:{self.square.zhao.account_id}) 我也看见了{mark}{HELD_WORD if held else ''}"}
        made = await done(self.square.li.post(f"/threads/{thread.id}/replies", body))
        assert (made["state"] == "held") == held
        self.posts.append(Post(UUID(made["id"]), "reply", thread.id, mark, made["state"]))

    async def hide(self) -> None:
        await self._act("hide", ("shown",), "hidden")

    async def restore(self) -> None:
        await self._act("restore", ("hidden", "held"), "shown")

    async def delete(self) -> None:
        post = self._one(("shown",))
        if post is None:
            return
        who = self.square.wang if post.kind == "thread" else self.square.li
        path = "threads" if post.kind == "thread" else "replies"
        await done(who.delete(f"/{path}/{post.id}"))
        post.state = "deleted"

    async def keep(self) -> None:
        for post in self.posts:
            if self.is_seen(post):
                await done(self.square.zhao.put(f"/posts/{post.kind}/{post.id}/bookmark"))

    def is_seen(self, post: Post) -> bool:
        thread = next(it for it in self.posts if it.id == post.thread)
        return post.state == "shown" and thread.state == "shown"

    async def _act(self, act: str, sources: tuple[str, ...], target: str) -> None:
        post = self._one(sources)
        if post is None:
            return
        async with transaction():
            await getattr(SUBJECTS[post.kind], act)(post.id)
        post.state = target

    def _one(self, states: tuple[str, ...]) -> Post | None:
        found = [it for it in self.posts if it.state in states and (it.kind == "thread" or self._open(it))]
        return self.chance.choice(found) if found else None

    def _open(self, reply: Post) -> bool:
        return next(it for it in self.posts if it.id == reply.thread).state == "shown"

    def _mark(self) -> str:
        return f"记号{self.chance.randrange(10**8):08d}"


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_that_is_away_is_seen_anywhere(square: Square, seed: int) -> None:
    await done(
        square.admin.post(
            "/desk/watched-words",
            {"word": HELD_WORD, "action": "hold", "community_id": str(square.community.id)},
            headers=key(),
        )
    )
    talk = Talk(square, seed)
    for at in range(STEPS):
        await talk.step()
        if at % 5 == 4:
            await talk.keep()
    await square.house.drain()
    views = await everything_shown(talk)
    for post in talk.posts:
        seen = [name for name, text in views.items() if post.mark in text]
        if not talk.is_seen(post):
            assert seen == [], (seed, post)
        elif post.kind == "thread":
            assert {f"list {order}" for order in ("active", "newest", "hot", "unanswered")} <= set(seen), (seed, post)
    await counts_are_of_what_is_shown(talk)


async def everything_shown(talk: Talk) -> dict[str, str]:
    """All that a neighbour and a guest can get at, as text. Gone pages are no text."""
    square = talk.square
    board, community = square.boards["public"], square.community.id
    paths = {f"list {order}": f"/boards/{board}/threads?order={order}&limit=50" for order in ORDERS}
    paths |= {f"all {show}": f"/communities/{community}/threads?show={show}&limit=50" for show in ("all", "unread")}
    paths |= {
        "bookmarks": "/me/bookmarks?limit=50",
        "inbox": "/inbox?limit=50",
        "search": f"/search?community_id={community}&q=看见了&limit=50",
        "titles": f"/search?community_id={community}&q=说说这件事&limit=50",
        "similar": f"/communities/{community}/similar-threads?title=说说这件事",
    }
    for post in talk.posts:
        if post.kind == "thread":
            for at in ("first", "unread", "official"):
                paths[f"page {post.id} {at}"] = f"/threads/{post.id}?at={at}"
            paths[f"replies {post.id}"] = f"/threads/{post.id}/replies?limit=50"
            paths[f"history {post.id}"] = f"/threads/{post.id}/history"
        else:
            paths[f"history {post.id}"] = f"/replies/{post.id}/history"
    views = {}
    for name, path in paths.items():
        answer = await square.zhao.get(path)
        assert answer.status_code in (200, 404), (path, answer.text)
        views[name] = answer.text
        if name.startswith(("page", "replies", "history", "list")):
            views[f"guest {name}"] = (await square.house.http.get(API + path)).text
    return views


async def counts_are_of_what_is_shown(talk: Talk) -> None:
    for thread in (it for it in talk.posts if it.kind == "thread"):
        shown = sum(it.kind == "reply" and it.thread == thread.id and it.state == "shown" for it in talk.posts)
        assert await fetchval("SELECT reply_count FROM thread WHERE id = $1", thread.id) == shown


async def test_their_author_and_the_moderators_still_read_hidden_words(square: Square) -> None:
    thread = await square.thread(title="这件事情要说清楚")
    reply = await square.reply(thread, body="我昨天也看见了这件事。")
    async with transaction():
        await SUBJECTS["reply"].hide(reply)
    for who, seen in ((square.li, True), (square.moderator, True), (square.zhao, False), (square.wang, False)):
        (item,) = (await done(who.get(f"/threads/{thread}")))["replies"]["items"]
        assert (("我昨天也看见了" in item["html"]), item["state"]) == (seen, "hidden")
        assert (item["author"]["account_id"] is not None) == seen
        assert "react" not in item["can"] and "reply" not in item["can"]
    async with transaction():
        await SUBJECTS["thread"].hide(thread)
    for who, seen in ((square.wang, True), (square.moderator, True), (square.zhao, False), (square.li, False)):
        shown = await done(who.get(f"/threads/{thread}"))
        assert (shown["title"] == "这件事情要说清楚") == seen == (shown["post"]["html"] != "")
        assert (shown["replies"]["items"] != []) == seen
    assert [
        it["id"]
        for it in (await done(square.wang.get("/boards/{}/threads?show=mine".format(square.boards["talk"]))))["items"]
    ] == [str(thread)]


async def test_held_ones_are_there_for_their_author_and_the_moderators(square: Square) -> None:
    thread = await square.thread()
    await done(
        square.admin.post(
            "/desk/watched-words",
            {"word": HELD_WORD, "action": "hold", "community_id": str(square.community.id)},
            headers=key(),
        )
    )
    await square.reply(thread, body=f"本人{HELD_WORD}，欢迎来问。")
    held = await square.thread(square.li, body=f"本人{HELD_WORD}，欢迎各位邻居来问。")
    for who, seen in ((square.li, 1), (square.moderator, 1), (square.zhao, 0)):
        assert len((await done(who.get(f"/threads/{thread}")))["replies"]["items"]) == seen
        assert (await who.get(f"/threads/{held}")).status_code == (200 if seen else 404)


async def test_a_quote_goes_with_what_it_is_from(square: Square) -> None:
    thread = await square.thread()
    first = await square.reply(thread, body="物业经理昨天收了停车费没有给票。")
    await square.reply(
        thread, square.zhao, parent_id=str(first), quoted_id=str(first), quoted_text="收了停车费没有给票"
    )
    async with transaction():
        await SUBJECTS["reply"].hide(first)
    text = (await square.wang.get(f"/threads/{thread}")).text
    assert "收了停车费" not in text and str(square.li.account_id) not in text
    item = (await done(square.wang.get(f"/threads/{thread}")))["replies"]["items"][1]
    assert (item["quoted_text"], item["quoted_author"], item["parent_author"], item["parent_number"]) == (
        None,
        None,
        None,
        1,
    )


@pytest.mark.parametrize("act", ["hide", "delete"])
async def test_what_stands_in_a_hidden_thread_is_not_reported_either(square: Square, act: str) -> None:
    thread = await square.thread(title="这件事情要说清楚")
    reply = await square.reply(thread)
    async with transaction():
        await SUBJECTS["thread"].snapshot(thread)
        await getattr(SUBJECTS["thread"], act)(thread)
    for kind, post in (("thread", thread), ("reply", reply)):
        about = {"subject_kind": kind, "subject_id": str(post), "reason": "abuse"}
        answer = await square.zhao.post("/reports", about)
        assert answer.status_code == 404 and "这件事情" not in answer.text, kind
    assert (await done(square.zhao.get("/me/reports")))["items"] == []
