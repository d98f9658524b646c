"""Neighbours and moderators do whatever they like to threads, one after the other and all at once; whatever they did,
what is counted is what there is."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from itertools import count
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from litestar import Litestar

from backend.core.database import fetch, transaction
from backend.core.subjects import subject_of
from backend.forum.rules.hot import HOT, REACTIONS
from backend.invariants.forum import FORUM
from tests.forum.square import TITLE, Square, open_square
from tests.house import Neighbour, open_house

T = TypeVar("T")
EXAMPLES, STEPS = 6, 40
ROUNDS, AT_ONCE = 6, 24
COLD_SQL = f"""
SELECT id, hot FROM thread WHERE state = 'shown' AND hot <> {
    HOT.format(posted_at="created_at", replies="reply_count", reactions=REACTIONS.format(counts="reactions"))
}
"""
SAID = count(1)
"""Nobody says the same thing twice."""
SHOWN_SQL = "SELECT id FROM reply WHERE thread = $1 AND state = 'shown' ORDER BY number"

choices = st.integers(0, 11)
kinds = st.sampled_from(["thread", "reply"])


class Doings:
    """Everything that changes a counter. Each takes numbers that choose among what there is, and gives the status."""

    def __init__(self, square: Square) -> None:
        self.square = square
        self.people = [square.wang, square.li, square.zhao, square.property]
        self.boards = [str(square.boards[board]) for board in ("talk", "public", "estate")]
        self.threads: list[str] = []
        self.replies: list[tuple[str, Neighbour]] = []

    def thread(self, which: int) -> str:
        return self.threads[which % len(self.threads)]

    async def post(self, who: int, where: int) -> int:
        body = {"kind": "question", "title": TITLE, "body": f"晚上回家一段路全是黑的，第 {next(SAID)} 次说"}
        answer = await self.people[who % 3].post(f"/boards/{self.boards[where % 3]}/threads", body)
        if answer.status_code == 201:
            self.threads.append(answer.json()["id"])
        return answer.status_code

    async def reply(self, who: int, where: int) -> int:
        person, thread = self.people[who % 4], self.thread(where)
        body: dict[str, Any] = {"body": f"我也说一句，第 {next(SAID)} 次"}
        if person is self.square.property:
            body["organisation_id"] = str(self.square.organisations["property_company"])
        parents = await fetch(
            "SELECT id FROM reply WHERE thread = $1 AND state = 'shown' ORDER BY number", UUID(thread)
        )
        if parents and who % 2:
            body["parent_id"] = str(parents[who % len(parents)]["id"])
        answer = await person.post(f"/threads/{thread}/replies", body)
        if answer.status_code == 201:
            self.replies.append((answer.json()["id"], person))
        return answer.status_code

    async def edit(self, which: int, _: int) -> int:
        if not self.replies:
            return 0
        reply, person = self.replies[which % len(self.replies)]
        every = ", ".join(f'"v{number}"' for number in range(1, 40))
        body = {"body": f"改成别的话，第 {next(SAID)} 次"}
        return (await person.patch(f"/replies/{reply}", body, headers={"If-Match": every})).status_code

    async def take_back(self, which: int, thread: int) -> int:
        if thread % 4 == 0:
            author = await fetch("SELECT author FROM thread WHERE id = $1", UUID(self.thread(which)))
            person = next(it for it in self.people if it.account_id == author[0]["author"])
            return (await person.delete(f"/threads/{self.thread(which)}")).status_code
        if not self.replies:
            return 0
        reply, person = self.replies[which % len(self.replies)]
        return (await person.delete(f"/replies/{reply}")).status_code

    async def moderate(self, which: int, how: int) -> int:
        kind = "reply" if how % 2 and self.replies else "thread"
        post = self.replies[which % len(self.replies)][0] if kind == "reply" else self.thread(which)
        subject = subject_of(kind)
        assert subject is not None and subject.delete is not None
        async with transaction():
            await subject.snapshot(UUID(post))
            await (subject.hide, subject.restore, subject.delete, subject.restore)[how % 4](UUID(post))
        return 0

    async def thank(self, which: int, how: int) -> int:
        kind = "reply" if which % 2 and self.replies else "thread"
        post = self.replies[which % len(self.replies)][0] if kind == "reply" else self.thread(which)
        person, path = self.people[how % 4], f"/posts/{kind}/{post}/reactions/{('like', 'hug')[how % 2]}"
        return (await (person.delete(path) if how % 3 == 0 else person.put(path))).status_code

    async def accept(self, which: int, reply: int) -> int:
        if not self.replies:
            return 0
        body = {"reply_id": self.replies[reply % len(self.replies)][0]}
        return (await self.square.moderator.put(f"/threads/{self.thread(which)}/accepted-reply", body)).status_code

    async def move(self, which: int, where: int) -> int:
        body = {"board_id": self.boards[where % 3]}
        return (await self.square.moderator.put(f"/threads/{self.thread(which)}/board", body)).status_code

    async def merge(self, which: int, into: int) -> int:
        body = {"into_id": self.thread(into)}
        return (await self.square.colleague.put(f"/threads/{self.thread(which)}/merger", body)).status_code

    async def split(self, which: int, how: int) -> int:
        thread = UUID(self.thread(which))
        found = await fetch(SHOWN_SQL, thread)
        chosen = [str(row["id"]) for row in found][how % 3 :: 1 + how % 2]
        if not chosen:
            return 0
        body = {"title": "另起一个话题", "reply_ids": chosen, "board_id": self.boards[how % 3]}
        answer = await self.square.moderator.post(f"/threads/{thread}/splits", body)
        if answer.status_code == 201:
            self.threads.append(answer.json()["thread_id"])
        return answer.status_code

    @property
    def all(self) -> list[Callable[[int, int], Coroutine[Any, Any, int]]]:
        return [
            self.reply, self.reply, self.reply, self.thank, self.thank, self.edit, self.take_back, self.moderate,
            self.accept, self.move, self.merge, self.split, self.post,
        ]  # fmt: skip


async def agree() -> None:
    cold = await fetch(COLD_SQL)
    assert not cold, cold
    for must in FORUM:
        broken = await fetch(must.offenders)
        assert not broken, (must.rule, broken)


class Conversation(RuleBasedStateMachine):
    runner: ClassVar[asyncio.Runner]
    square: ClassVar[Square]

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.doings = Doings(self.square)
        self.do(self.doings.post(0, 0))
        self.do(self.doings.post(1, 1))

    @rule(who=choices, where=choices)
    def post(self, who: int, where: int) -> None:
        assert self.do(self.doings.post(who, where)) == 201

    @rule(who=choices, where=choices)
    def reply(self, who: int, where: int) -> None:
        assert self.do(self.doings.reply(who, where)) in (201, 404, 409)

    @rule(who=choices, where=choices)
    def reply_again(self, who: int, where: int) -> None:
        self.reply(who, where)

    @precondition(lambda self: self.doings.replies)
    @rule(what=st.sampled_from(["edit", "take_back", "moderate", "thank", "accept"]), one=choices, other=choices)
    def change(self, what: str, one: int, other: int) -> None:
        assert self.do(getattr(self.doings, what)(one, other)) < 500

    @rule(what=st.sampled_from(["move", "merge", "split", "take_back", "moderate"]), one=choices, other=choices)
    def put_elsewhere(self, what: str, one: int, other: int) -> None:
        assert self.do(getattr(self.doings, what)(one, other)) < 500

    @invariant()
    def what_is_counted_is_there(self) -> None:
        self.do(agree())


@pytest.fixture
def runner(router: Litestar, database: str, unhurried: None) -> Iterator[tuple[asyncio.Runner, Square]]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> Square:
            return await open_square(await stack.enter_async_context(open_house(router)))

        try:
            yield runner, runner.run(begin())
        finally:
            runner.run(stack.aclose())


@pytest.mark.timeout(900)
def test_one_after_the_other(runner: tuple[asyncio.Runner, Square]) -> None:
    Conversation.runner, Conversation.square = runner
    run_state_machine_as_test(
        Conversation,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(900)
def test_all_at_once(runner: tuple[asyncio.Runner, Square]) -> None:
    loop, square = runner
    loop.run(_all_at_once(square))


async def _all_at_once(square: Square) -> None:
    doings = Doings(square)
    for number in range(4):
        await doings.post(number, number)
        await doings.reply(number, number)
    statuses: list[int] = []
    for seed in range(ROUNDS):
        drawn = random.Random(seed)
        calls = [drawn.choice(doings.all)(drawn.randrange(12), drawn.randrange(12)) for _ in range(AT_ONCE)]
        statuses += await asyncio.gather(*calls)
        await agree()
    assert all(status < 500 for status in statuses), statuses
    assert statuses.count(201) > ROUNDS, "hardly anything was written"
