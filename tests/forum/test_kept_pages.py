"""Replies are kept for a moment, encoded: whatever is shown of them is what a process shows that keeps nothing."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest

from backend.core.database import execute, start_counting_statements, transaction
from backend.forum.queries import kept
from backend.forum.queries.kept import KeptReplies, Readership
from backend.forum.schemas.posts import AuthorOut, PostOut
from backend.forum.service.subjects import SUBJECTS
from backend.settings import settings
from tests.forum.square import Square, done, edit_of
from tests.house import API, Neighbour

REMEMBERED_S = 1
CHANGED = 3
"""Statements of a guest's page when some of what is kept of it has changed; otherwise it is 2."""
Act = Callable[[], Awaitable[object]]


def remember(seconds: float) -> None:
    os.environ["LINLI_CALLER_MEMORY_S"] = str(seconds)
    settings.cache_clear()


@pytest.fixture
def remembering() -> Iterator[None]:
    remember(REMEMBERED_S)
    yield
    remember(0)


class Onlookers:
    """Everybody who reads a thread, each seeing something else of it."""

    def __init__(self, square: Square, thread: UUID) -> None:
        self.people: list[Neighbour | None] = [square.wang, square.li, square.zhao, square.moderator, None]
        self.square, self.path = square, f"/threads/{thread}"
        self.cost = 0

    async def look(self) -> list[tuple[bytes, str | None]]:
        """What each sees, and how many statements the last of them, a guest, costs."""
        seen = []
        for who in self.people:
            count = start_counting_statements()
            answer = await (who.get(self.path) if who else self.square.house.http.get(API + self.path))
            seen.append((answer.content, answer.headers.get("etag")))
        self.cost = count[0]
        return seen

    async def see_the_same_after(self, act: Act) -> int:
        """What is shown has to be what nobody keeps. The statements of a guest's page afterwards."""
        await self.look()
        await act()
        shown, cost = await self.look(), self.cost
        remember(0)
        assert await self.look() == shown
        remember(REMEMBERED_S)
        return cost


async def test_whatever_happens_everybody_is_shown_the_truth(square: Square, remembering: None) -> None:
    thread = await square.thread(board="public", kind="question")
    first = await square.reply(thread)
    answer = await square.reply(thread, square.zhao, parent_id=str(first))
    quoting = await square.reply(thread, square.wang, quoted_id=str(first), quoted_text="绊倒")
    asking = await square.reply(thread, square.li, quoted_id=str(thread), quoted_text="什么时候能修")
    onlookers = Onlookers(square, thread)

    async def hide(kind: str, post: UUID) -> None:
        async with transaction():
            await SUBJECTS[kind].hide(post)

    async def restore(kind: str, post: UUID) -> None:
        async with transaction():
            await SUBJECTS[kind].restore(post)

    li, zhao, wang = square.li, square.zhao, square.wang
    acts: dict[str, Act] = {
        "edited": lambda: done(li.patch(f"/replies/{first}", {"body": "昨晚又绊了一跤。"}, headers=edit_of(1))),
        "thanked": lambda: done(zhao.put(f"/posts/reply/{first}/reactions/thanks")),
        "not any more": lambda: done(zhao.delete(f"/posts/reply/{first}/reactions/thanks")),
        "answered": lambda: square.reply(thread, square.wife),
        "quoted words hidden": lambda: hide("reply", first),
        "and back": lambda: restore("reply", first),
        "its answer hidden": lambda: hide("reply", answer),
        "its answer back": lambda: restore("reply", answer),
        "deleted": lambda: done(wang.delete(f"/replies/{quoting}")),
    }
    costs = {name: await onlookers.see_the_same_after(act) for name, act in acts.items()}
    # A machine that stands still for a second between two looks finds nothing kept.
    assert list(costs.values()).count(CHANGED) > len(costs) / 2, costs

    # These change nothing of a reply itself, and yet what is shown of it to all, or to one.
    others: dict[str, Act] = {
        "accepted": lambda: done(wang.put(f"/threads/{thread}/accepted-reply", {"reply_id": str(asking)})),
        "bookmarked": lambda: done(zhao.put(f"/posts/reply/{asking}/bookmark")),
        "locked": lambda: done(square.moderator.put(f"/threads/{thread}/lock", {"reason": "先等物业答复。"})),
        "hidden": lambda: hide("thread", thread),
        "shown again": lambda: restore("thread", thread),
    }
    for act in others.values():
        await onlookers.see_the_same_after(act)


async def test_a_name_is_followed_when_the_moment_is_over(square: Square, remembering: None) -> None:
    thread = await square.thread()
    await square.reply(thread)
    before = await done(square.zhao.get(f"/threads/{thread}"))
    await execute("UPDATE account SET state = 'closed' WHERE id = $1", square.li.account_id)
    await asyncio.sleep(REMEMBERED_S + 0.1)
    after = await done(square.zhao.get(f"/threads/{thread}"))
    names = [shown["replies"]["items"][0]["author"]["name"] for shown in (before, after)]
    assert names[0] != names[1] and "李" not in names[1]


def readers() -> Readership:
    return Readership(uuid4(), None, "zh-CN", ("reply",))


def post() -> PostOut:
    author = AuthorOut("resident", "李女士", uuid4(), None)
    return PostOut(
        id=uuid4(), kind="reply", number=1, parent_id=None, parent_number=None, parent_author=None, author=author,
        is_official=False, is_accepted=False, quoted_id=None, quoted_author=None, quoted_text=None, html="<p>好</p>",
        source=None, state="shown", reactions={}, mine=[], bookmarked=False, edits=0, edited_at=None,
        created_at=datetime.now(UTC), can=["reply"],
    )  # fmt: skip


def test_what_is_kept_is_bounded(remembering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 3
    monkeypatch.setattr(kept, "SHELVES_MAX_BYTES", most * len(msgspec.json.encode(post())))
    memory = KeptReplies()
    all_readers = [readers() for _ in range(most + 1)]
    for one in all_readers[:most]:
        memory.keep(memory.new_shelf(one, time.monotonic()), "1", post())
    assert all(memory.shelf(one) for one in all_readers[:most])
    # A page that is read anew takes no more room than before.
    memory.keep(memory.new_shelf(all_readers[0], time.monotonic()), "2", post())
    assert all(memory.shelf(one) for one in all_readers[:most])
    memory.keep(memory.new_shelf(all_readers[most], time.monotonic()), "1", post())
    assert not any(memory.shelf(one) for one in all_readers)


def test_shelves_are_bounded_with_nothing_on_them(remembering: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SHELVES_MOST", 3)
    memory, all_readers = KeptReplies(), [readers() for _ in range(4)]
    for one in all_readers[:3]:
        memory.new_shelf(one, time.monotonic())
    assert [memory.shelf(one) for one in all_readers] == [{}, {}, {}, None]
    memory.new_shelf(all_readers[3], time.monotonic())
    assert [memory.shelf(one) for one in all_readers] == [None, None, None, {}]


def test_nothing_is_kept_longer_than_a_moment(remembering: None) -> None:
    memory, one = KeptReplies(), readers()
    memory.new_shelf(one, time.monotonic() - REMEMBERED_S)
    assert memory.shelf(one) is None, "as old as its question"
    memory.new_shelf(one, time.monotonic())
    assert memory.shelf(one) == {}
    remember(0)
    memory.new_shelf(one, time.monotonic())
    assert memory.shelf(one) is None
