"""Several applicants and reviewers do whatever they like, in any order; a plain model knows what should come of it.

After every action the database is compared with the model, and every rule of `backend.invariants` is asked.
"""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
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
from backend.identity.rules.verification import (
    ATTEMPTS_PER_ACCOUNT_DAY,
    ATTEMPTS_PER_IDENTITY_DAY,
    REFUSALS_BEFORE_LOCK,
)
from backend.identity.service.sessions import access_token
from backend.settings import settings as house_settings
from tests.house import Community, House, Neighbour, id_number, open_house

T = TypeVar("T")
APPLICANTS, NUMBERS, HOMES, REVIEWERS = 4, 3, 3, 3
ADMIN = 2
"""The reviewer who is committee admin, and may move a person."""
EXAMPLES, STEPS = 12, 40
LATE_AND_MISSING = "material is missing"

applicants = st.integers(0, APPLICANTS - 1)
numbers = st.integers(0, NUMBERS - 1)
homes = st.integers(0, HOMES - 1)
reviewers = st.integers(0, REVIEWERS - 1)
choices = st.integers(0, 11)


@dataclass
class Application:
    id: str
    applicant: int
    number: int
    home: int
    state: str = "submitted"
    claimer: int | None = None

    @property
    def is_open(self) -> bool:
        return self.state in ("submitted", "claimed", "needs_more")


class VerificationFlow(RuleBasedStateMachine):
    runner: ClassVar[asyncio.Runner]
    house: ClassVar[House]
    drawn: ClassVar[Iterator[int]]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def move_in(self) -> None:
        self.run(self._move_in())
        self.applications: list[Application] = []
        self.account_of: dict[int, int] = {}
        """Number → applicant: who is that person now."""
        self.lives: set[tuple[int, int]] = set()
        self.refusals = [0] * APPLICANTS

    async def _move_in(self) -> None:
        await execute("DELETE FROM strict_limit_use")
        self.community: Community = await self.house.open_community(f"社区{next(self.drawn)}", homes=HOMES)
        self.people = [await self.house.guest() for _ in range(APPLICANTS)]
        roles = ["moderator"] * (REVIEWERS - 1) + ["committee_admin"]
        self.desk = [await self.house.officer(self.community, role) for role in roles]
        self.ids = [id_number("19700101", next(self.drawn) % 1000) for _ in range(NUMBERS)]

    # What applicants do

    @rule(who=applicants, number=numbers, home=homes)
    def apply(self, who: int, number: int, home: int) -> None:
        body = self.house.application(self.community, home, "王秀英", self.ids[number])
        answer = self.run(self.people[who].post("/verifications", body))
        assert answer.status_code == self._taken(who, number, home), answer.text
        if answer.status_code == 201:
            self.applications.append(Application(answer.json()["id"], who, number, home))

    def _taken(self, who: int, number: int, home: int) -> int:
        mine = [it for it in self.applications if it.applicant == who]
        same_number = [it for it in self.applications if it.number == number]
        own_number = next((known for known, holder in self.account_of.items() if holder == who), None)
        if self.refusals[who] >= REFUSALS_BEFORE_LOCK:
            return 429
        if own_number is not None and (own_number, home) in self.lives:
            return 409
        if len(mine) >= ATTEMPTS_PER_ACCOUNT_DAY or len(same_number) >= ATTEMPTS_PER_IDENTITY_DAY:
            return 429
        return 409 if any(it.is_open for it in mine) else 201

    @precondition(lambda self: self.applications)
    @rule(which=choices)
    def withdraw(self, which: int) -> None:
        it = self._pick(which)
        answer = self.run(self.people[it.applicant].put(f"/verifications/{it.id}/withdrawal"))
        assert answer.status_code == (200 if it.is_open else 409), answer.text
        if it.is_open:
            it.state, it.claimer = "withdrawn", None

    @precondition(lambda self: self.applications)
    @rule(which=choices)
    def resubmit(self, which: int) -> None:
        it = self._pick(which)
        answer = self.run(self.people[it.applicant].put(f"/verifications/{it.id}/resubmission"))
        assert answer.status_code == (200 if it.state == "needs_more" else 409), answer.text
        if it.state == "needs_more":
            it.state = "submitted"

    @precondition(lambda self: self.applications)
    @rule(which=choices, who=applicants)
    def meddle(self, which: int, who: int) -> None:
        """With an application that is somebody else's."""
        it = self._pick(which)
        if it.applicant != who:
            assert self.run(self.people[who].put(f"/verifications/{it.id}/withdrawal")).status_code == 404

    # What the desk does

    @precondition(lambda self: self.applications)
    @rule(which=choices, who=reviewers)
    def claim(self, which: int, who: int) -> None:
        it = self._pick(which)
        mine = it.state == "claimed" and it.claimer == who
        answer = self._decide(it, who, "claim")
        assert answer.status_code == (200 if it.state == "submitted" or mine else 409), answer.text
        if it.state == "submitted":
            it.state, it.claimer = "claimed", who

    @precondition(lambda self: any(it.state == "submitted" for it in self.applications))
    @rule(which=choices)
    def claim_all_at_once(self, which: int) -> None:
        waiting = [it for it in self.applications if it.state == "submitted"]
        it = waiting[which % len(waiting)]

        async def race() -> list[httpx.Response]:
            return await asyncio.gather(*(one.put(f"/desk/verifications/{it.id}/claim") for one in self.desk))

        codes = [answer.status_code for answer in self.run(race())]
        assert sorted(codes) == [200] + [409] * (REVIEWERS - 1), codes
        # Who won is chance, and what follows may not hang on it: hypothesis plays every story twice.
        assert self.run(self.desk[codes.index(200)].delete(f"/desk/verifications/{it.id}/claim")).status_code == 200

    @precondition(lambda self: self.applications)
    @rule(which=choices, who=reviewers)
    def release(self, which: int, who: int) -> None:
        it = self._pick(which)
        answer = self.run(self.desk[who].delete(f"/desk/verifications/{it.id}/claim"))
        assert answer.status_code == (200 if self._holds(it, who) else 409), answer.text
        if self._holds(it, who):
            it.state, it.claimer = "submitted", None

    @precondition(lambda self: self.applications)
    @rule(which=choices, who=reviewers, move=st.booleans())
    def approve(self, which: int, who: int, move: bool) -> None:
        it = self._pick(which)
        answer = self._decide(it, who, "approval", {"move_person": move})
        assert (answer.status_code == 200) == self._approvable(it, who, move), answer.text
        assert answer.status_code in (200, 403, 404, 409)
        if answer.status_code != 200:
            return
        before = self.account_of.get(it.number)
        if before not in (None, it.applicant):
            self.run(self._sign_in_again(self.people[before]))
        self.account_of[it.number] = it.applicant
        self.lives.add((it.number, it.home))
        it.state, it.claimer = "approved", None

    def _approvable(self, it: Application, who: int, move: bool) -> bool:
        holder = self.account_of.get(it.number)
        other_person = any(a == it.applicant and n != it.number for n, a in self.account_of.items())
        may_move = holder in (None, it.applicant) or move and who == ADMIN
        return self._holds(it, who) and may_move and not other_person

    @precondition(lambda self: self.applications)
    @rule(which=choices, who=reviewers, how=st.sampled_from(["rejection", "request-more"]))
    def send_back(self, which: int, who: int, how: str) -> None:
        it = self._pick(which)
        answer = self._decide(it, who, how, {"reason": LATE_AND_MISSING})
        assert answer.status_code == (200 if self._holds(it, who) else 409), answer.text
        if self._holds(it, who):
            it.state, it.claimer = ("rejected" if how == "rejection" else "needs_more"), None
            self.refusals[it.applicant] += how == "rejection"

    # What must hold

    @invariant()
    def database_and_model_agree(self) -> None:
        if hasattr(self, "applications"):
            self.run(self._compare())

    async def _compare(self) -> None:
        rows = await fetch("SELECT id, state FROM verification WHERE community = $1", self.community.id)
        assert {str(row["id"]): row["state"] for row in rows} == {it.id: it.state for it in self.applications}
        accounts = [person.account_id for person in self.people]
        bound = await fetch("SELECT count(*), count(DISTINCT person) AS persons FROM account WHERE id = ANY($1) "
                            "AND person IS NOT NULL", accounts)  # fmt: skip
        assert tuple(bound[0]) == (len(self.account_of), len(self.account_of))
        homes_lived_in = await fetch(
            "SELECT home FROM residency WHERE community = $1 AND ended_at IS NULL", self.community.id
        )
        lived: list[UUID] = sorted(self.community.homes[home] for _, home in self.lives)
        assert sorted(row["home"] for row in homes_lived_in) == lived
        broken = [it for it in await check_all(house_settings().dsn) if it.offenders]
        assert not broken, broken

    def _pick(self, which: int) -> Application:
        return self.applications[which % len(self.applications)]

    def _holds(self, it: Application, who: int) -> bool:
        return it.state == "claimed" and it.claimer == who

    def _decide(self, it: Application, who: int, how: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return self.run(self.desk[who].put(f"/desk/verifications/{it.id}/{how}", body or {}))

    async def _sign_in_again(self, person: Neighbour) -> None:
        """Whose person moved away is signed out, at once and everywhere."""
        assert (await person.get("/me")).status_code == 401
        (row,) = await fetch(
            """INSERT INTO session (id, account, platform, device_name, expires_at)
               VALUES (gen_random_uuid(), $1, 'ios', 'x', now() + interval '1 day') RETURNING id""",
            person.account_id,
        )
        person.token = access_token(person.account_id, row["id"])


@pytest.fixture
def unhurried(database: str) -> Iterator[None]:
    """No ordinary rate limits: these people never rest."""
    os.environ["LINLI_RATE_SCALE"] = "0"
    house_settings.cache_clear()
    yield
    del os.environ["LINLI_RATE_SCALE"]
    house_settings.cache_clear()


@pytest.mark.timeout(900)
def test_whatever_people_do(unhurried: None, router: Litestar) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        VerificationFlow.runner = runner
        VerificationFlow.house = runner.run(stack.enter_async_context(open_house(router)))
        VerificationFlow.drawn = iter(range(1, 10_000))
        try:
            run_state_machine_as_test(
                VerificationFlow,
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
