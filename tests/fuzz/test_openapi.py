"""Requests drawn from the API's own document, well-formed and hostile, from one person in each role.

No answer is 500 or above; a refusal is a problem with a code that has a sentence; an answer looks as promised.
"""

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any, TypeVar

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks

from backend.app import create_litestar, guarded, running
from backend.core.sentences import catalogue
from backend.settings import settings as house_settings
from tests.house import House
from tests.matrix.parameters import OBJECTS
from tests.matrix.world import ANONYMOUS, GUEST, HERE, RESIDENT, SAME, Actor, World, build

T = TypeVar("T")
ROLES = (ANONYMOUS, GUEST, RESIDENT, "moderator", "committee_admin", "platform_admin")
EXAMPLES = int(os.environ.get("LINLI_FUZZ_EXAMPLES", "3"))
"""A role, an operation and a mode: 70 operations × 6 roles × 2 modes × 3 take about a minute on two cores."""
EXAMPLES_TIER_B = 60
BASE_URL = "http://linli.test"
SLOW_BY_DESIGN = ("POST /api/v1/media",)
"""Waits up to 8 s for a worker, and none runs here; tests/media damages its uploads instead."""


class Fuzzer:
    """One application on one loop, and somebody in each role who is there again after closing their account."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.stack = AsyncExitStack()
        self.sent = 0
        self.problems: list[str] = []
        self.http, self.world = self.run(self._open())
        self.schema = schemathesis.openapi.from_dict(self.run(self.http.get("/api/openapi.json")).json())
        self.schema.config.generation.update(allow_x00=True)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _open(self) -> tuple[httpx.AsyncClient, World]:
        app = create_litestar()
        await self.stack.enter_async_context(running(app))
        transport = httpx.ASGITransport(guarded(app), raise_app_exceptions=False)
        client = await self.stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=BASE_URL))
        house = House(client)
        self.stack.push_async_callback(house.close)
        return client, await build(house)

    def send(self, actor: Actor, case: Any, known: bool) -> tuple[httpx.Response, Actor] | None:
        """`known`: the ids in the path are of objects that are there."""
        if known:
            for name in set(case.path_parameters or {}) & OBJECTS.keys():
                target = self.run(self.world.target(OBJECTS[name], SAME, actor))
                case.path_parameters[name] = str(target)
        try:
            drawn = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
        except (requests.RequestException, UnicodeError, ValueError):
            # What this client library cannot write on a wire; tests/core/test_guard_heads.py sends such bytes itself.
            return None
        headers = {name: value for name, value in drawn.headers.items() if name.lower() != "authorization"}
        body = drawn.body.encode() if isinstance(drawn.body, str) else drawn.body or b""
        try:
            request = httpx.Request(drawn.method, drawn.url, headers={**headers, **actor.headers}, content=body)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return None
        self.sent += 1
        return self.run(self.http.send(request)), actor

    def hold(self, operation: str, actor: Actor, case: Any, answer: httpx.Response) -> None:
        told = f"{actor.role} × {operation}: {answer.status_code} {answer.text[:200]!r} to {answer.request.url}"
        body = answer.request.content[:200]
        assert answer.status_code < 500, f"{told} with {body!r}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"].startswith("application/problem+json"), told
            assert answer.json()["code"] in catalogue("en"), told


@pytest.fixture
def fuzzer(database: str) -> Iterator[Fuzzer]:
    os.environ["LINLI_RATE_SCALE"] = "0"
    house_settings.cache_clear()
    load_all_checks()
    with asyncio.Runner() as runner:
        made = Fuzzer(runner)
        yield made
        runner.run(made.stack.aclose())
    del os.environ["LINLI_RATE_SCALE"]
    house_settings.cache_clear()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_breaks_the_house(fuzzer: Fuzzer, mode: GenerationMode) -> None:
    _fuzz_all(fuzzer, mode, EXAMPLES)


@pytest.mark.tier_b
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_of_many_breaks_the_house(fuzzer: Fuzzer, mode: GenerationMode) -> None:
    _fuzz_all(fuzzer, mode, EXAMPLES_TIER_B)


def _fuzz_all(fuzzer: Fuzzer, mode: GenerationMode, examples: int) -> None:
    actors = {role: fuzzer.run(fuzzer.world.actor(role, HERE)) for role in ROLES}
    asked = 0
    for result in fuzzer.schema.get_all_operations():
        operation = result.ok()
        name = f"{operation.method.upper()} {operation.path}"
        if name in SLOW_BY_DESIGN:
            continue
        asked += 1
        for role in ROLES:
            actors[role] = _fuzz(fuzzer, actors[role], name, operation.as_strategy(generation_mode=mode), examples)
    assert asked > 30 and fuzzer.sent > asked * len(ROLES), (asked, fuzzer.sent)
    print(f"{fuzzer.sent} requests to {asked} operations", file=sys.stderr)


def _fuzz(fuzzer: Fuzzer, actor: Actor, name: str, cases: st.SearchStrategy[Any], examples: int) -> Actor:
    """The actor, or the next in the same role if this one closed their account or signed out."""
    current = [actor]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, known=st.booleans())
    def one(case: Any, known: bool) -> None:
        answered = fuzzer.send(current[0], case, known)
        if answered is None:
            return
        answer, who = answered
        fuzzer.hold(name, who, case, answer)
        if who.role != ANONYMOUS and (answer.status_code == 401 or who.token and answer.status_code == 204):
            fuzzer.world.forget(who)
            current[0] = fuzzer.run(fuzzer.world.actor(who.role, HERE))

    # Nothing can be wrong about a request without parameters or body.
    with suppress(Unsatisfiable):
        one()
    return current[0]
