"""Every state path can be walked and none other: the application beside a plain model, move by move."""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import httpx
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

from backend.commands.check_invariants import check_all
from backend.core.database import execute, fetch
from backend.notices.rules.flow import FLOW
from backend.notices.service import publishing
from backend.settings import settings as house_settings
from tests.house import House, open_house
from tests.notices.model import ARROWS, Paper
from tests.notices.office import Office, edit_of, open_office

T = TypeVar("T")
PEOPLE = ("wang", "moderator", "colleague", "admin")
ACTIONS = ("submit", "approve", "return", "publish", "schedule", "withdraw", "edit", "begin", "end")
WAYS = {
    "draft": (),
    "submitted": (("submit", "writer"),),
    "returned": (("submit", "writer"), ("return", "colleague")),
    "approved": (("submit", "writer"), ("approve", "colleague")),
    "scheduled": (("submit", "writer"), ("approve", "colleague"), ("schedule", "admin")),
    "published": (("submit", "writer"), ("approve", "colleague"), ("publish", "admin")),
    "expired": (("submit", "writer"), ("approve", "colleague"), ("publish", "admin"), ("end", "admin")),
    "withdrawn": (("withdraw", "writer"),),
}
"""One way to each state, as actions and who takes them."""
PASSED = {
    "begin": "UPDATE notice SET starts_at = now() - interval '1 s' WHERE id = $1 AND state = 'scheduled'",
    "end": """UPDATE notice SET published_at = now() - interval '2 s', ends_at = now() - interval '1 s'
              WHERE id = $1 AND state = 'published'""",
}
"""As if time had gone by."""
EXAMPLES, STEPS = 5, 40


class Play:
    """Papers in one office: what the application answers must be what the model says."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.papers: list[Paper] = []

    async def write(self, writer: str, stream: str, urgent: bool) -> Paper:
        voice = None if writer == "wang" else await self.office.committee()
        notice = await self.office.draft(
            getattr(self.office, writer),
            stream=stream,
            organisation_id=voice,
            priority="urgent" if urgent else "normal",
        )
        self.papers.append(Paper(notice, stream, writer, urgent))
        return self.papers[-1]

    async def act(self, paper: Paper, action: str, who: str) -> None:
        was = paper.state
        expected = paper.act(action, who, self.papers)
        status = await self._send(paper, action, who)
        assert status == expected, f"{who} {action} in {was}: {status}, and {expected} by the model ({paper})"

    async def both(self, paper: Paper, action: str, people: list[str]) -> list[int]:
        """The answers' statuses when two do it at once; the model is not asked."""
        calls = [self._send(paper, action, who) for who in people]
        return list(await asyncio.gather(*calls))

    async def calm_down(self) -> None:
        """A month has few urgent ones and a day few papers, and a play has many."""
        await execute("UPDATE notice SET priority = 'important', created_at = created_at - interval '1 day'")
        for paper in self.papers:
            paper.urgent = False

    async def compare(self) -> None:
        rows = await fetch(
            "SELECT id, state, edits, version, reference FROM notice WHERE id = ANY($1) ORDER BY published_at",
            [UUID(it.id) for it in self.papers],
        )
        stands = {str(row["id"]): (row["state"], row["edits"], row["version"]) for row in rows}
        assert stands == {it.id: (it.state, it.edits, it.version) for it in self.papers}
        numbers = sorted(int(row["reference"].split("〕")[1][:-1]) for row in rows if row["reference"])
        assert numbers == list(range(1, sum(it.rang for it in self.papers) + 1))

    async def walked(self) -> set[tuple[str, str, str]]:
        rows = await fetch(
            "SELECT move, source, target FROM flow_step WHERE flow = 'notice' AND subject = ANY($1) AND number > 1",
            [UUID(it.id) for it in self.papers],
        )
        return {tuple(row) for row in rows}

    async def _send(self, paper: Paper, action: str, who: str) -> int:
        if action in ("begin", "end"):
            await execute(PASSED[action], UUID(paper.id))
            await (publishing.start_if_due if action == "begin" else publishing.end_if_due)(UUID(paper.id))
            return 200
        return (await self._request(paper, action, getattr(self.office, who))).status_code

    async def _request(self, paper: Paper, action: str, who: Any) -> httpx.Response:
        desk, plain = f"/desk/notices/{paper.id}", f"/notices/{paper.id}"
        if action == "edit":
            # The model has counted this edit already if it holds.
            edits = (await fetch("SELECT edits FROM notice WHERE id = $1", UUID(paper.id)))[0]["edits"]
            return await who.patch(plain, {"body": f"第 {edits + 1} 稿"}, headers=edit_of(edits))
        soon = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
        path, body = {
            "submit": (f"{plain}/submission", {}),
            "approve": (f"{desk}/approval", {}),
            "return": (f"{desk}/return", {"reason": "请补充"}),
            "publish": (f"{desk}/publication", {}),
            "schedule": (f"{desk}/publication", {"starts_at": soon}),
            "withdraw": (f"{plain}/withdrawal", {"reason": "不发了"}),
        }[action]
        return await who.put(path, body)


def test_the_model_and_the_flow_draw_the_same_arrows() -> None:
    assert {(move.name, source, move.target) for move in FLOW.moves for source in move.sources} == ARROWS
    assert set(WAYS) == set(FLOW.states)


@pytest.fixture
def unhurried(database: str) -> Iterator[None]:
    """No ordinary rate limits: these people never rest."""
    os.environ["LINLI_RATE_SCALE"] = "0"
    house_settings.cache_clear()
    yield
    del os.environ["LINLI_RATE_SCALE"]
    house_settings.cache_clear()


@pytest.mark.parametrize("urgent", [False, True])
@pytest.mark.parametrize(("writer", "stream"), [("wang", "notice"), ("moderator", "notice"), ("moderator", "news")])
async def test_from_every_state_everybody_tries_everything(
    unhurried: None, office: Office, writer: str, stream: str, urgent: bool
) -> None:
    play = Play(office)
    for state in WAYS:
        paper = None
        for action, who in product(ACTIONS, PEOPLE):
            if paper is None or paper.state != state:
                await play.calm_down()
                paper = await play.write(writer, stream, urgent)
                for move, by in WAYS[state]:
                    await play.act(paper, move, writer if by == "writer" else by)
                assert paper.state == state
            await play.act(paper, action, who)
        await play.compare()
    never = {("second", "approved", "approved")} if not urgent else set()
    if stream == "notice":
        never |= {(move, "draft", target) for move, target in (("schedule", "scheduled"), ("publish", "published"))}
    assert await play.walked() == ARROWS - never


class NoticeFlow(RuleBasedStateMachine):
    """Everybody does whatever they like with a few papers, in any order, and sometimes two at once."""

    runner: ClassVar[asyncio.Runner]
    house: ClassVar[House]
    drawn: ClassVar[Iterator[int]]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def move_in(self) -> None:
        self.run(execute("DELETE FROM strict_limit_use"))
        self.play = Play(self.run(open_office(self.house, f"社区{next(self.drawn)}")))

    @rule(writer=st.sampled_from(("wang", "moderator", "admin")), news=st.booleans(), urgent=st.booleans())
    def write(self, writer: str, news: bool, urgent: bool) -> None:
        self.run(self.play.write(writer, "news" if news and writer != "wang" else "notice", urgent))

    @precondition(lambda self: self.play.papers)
    @rule(which=st.integers(0, 9), action=st.sampled_from(ACTIONS), who=st.sampled_from(PEOPLE))
    def act(self, which: int, action: str, who: str) -> None:
        self.run(self.play.act(self.play.papers[which % len(self.play.papers)], action, who))

    @precondition(lambda self: any(it.state == "submitted" for it in self.play.papers))
    @rule(which=st.integers(0, 9))
    def two_decide_at_once(self, which: int) -> None:
        waiting = [it for it in self.play.papers if it.state == "submitted"]
        paper = waiting[which % len(waiting)]
        # The same decision twice: which of the two took it is chance, and hypothesis plays every story again.
        codes = sorted(self.run(self.play.both(paper, "return", [it for it in PEOPLE[1:] if it != paper.writer][:2])))
        assert codes == [200, 409]
        paper.state = "returned"

    @invariant()
    def database_and_model_agree(self) -> None:
        if hasattr(self, "play"):
            self.run(self.play.compare())
            assert self.run(self.play.walked()) <= ARROWS
            assert not [it for it in self.run(check_all(house_settings().dsn)) if it.offenders]


@pytest.mark.timeout(900)
def test_whatever_people_do(unhurried: None, router: Litestar) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        NoticeFlow.runner = runner
        NoticeFlow.house = runner.run(stack.enter_async_context(open_house(router)))
        NoticeFlow.drawn = iter(range(1, 10_000))
        try:
            run_state_machine_as_test(
                NoticeFlow,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())
