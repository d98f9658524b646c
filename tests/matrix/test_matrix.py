"""Every route × every role × one's own, a neighbour's, a foreign and an absent object; none is sampled.

What comes out is compared with docs/permissions.md. `LINLI_WRITE_EXPECTED=1 bin/test tests/matrix` writes it anew;
then read the difference: each line of it is somebody who may do something they might not before, or the reverse.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app import create_litestar
from backend.core.auth import PUBLIC, SIGNED_IN, declared_handlers, role_permissions
from backend.core.database import execute, transaction
from backend.settings import settings
from tests.house import House
from tests.matrix.page import page
from tests.matrix.parameters import FORMS, Route, routes_of
from tests.matrix.traces import traces, watch
from tests.matrix.world import (
    ABSENT,
    ANONYMOUS,
    FOREIGN,
    HERE,
    OWN,
    RELATIONS,
    RESIDENT,
    SAME,
    Actor,
    World,
    build,
)

EXPECTED = Path(__file__).parents[2] / "docs" / "permissions.md"
NO_OBJECT = ("-",)
REFUSALS = {401: "401", 403: "403", 404: "404"}
TOKEN_IN_BODY = ("POST /api/v1/auth/sessions/refresh",)
"""Public, and yet 401: the token that it refuses is the one in the body."""
SERVER_OWNED = (
    "id", "account_id", "account", "owner_id", "tenant_id", "person_id", "entered_by", "claimed_by", "decided_by",
    "granted_by", "created_at", "verified_at", "balance_fen", "is_admin", "permissions", "version",
    "author_id", "html", "reply_count", "is_official", "weight",
)  # fmt: skip


@pytest.fixture
async def world(house: House) -> AsyncIterator[World]:
    os.environ["LINLI_RATE_SCALE"] = "0"
    settings.cache_clear()
    made = await build(house)
    await watch()
    yield made
    del os.environ["LINLI_RATE_SCALE"]
    settings.cache_clear()


@cache
def all_routes() -> list[Route]:
    return [route for path, handler in declared_handlers(create_litestar()) for route in routes_of(path, handler)]


def test_every_parameter_has_a_row_in_the_registry() -> None:
    unknown = {route.name: route.unknown_names() for route in all_routes() if route.unknown_names()}
    assert not unknown, f"say in tests/matrix/parameters.py what these are filled with: {unknown}"
    bodiless = (
        "withdrawal", "claim", "submission", "approval", "read", "acknowledgement", "closing", "cancellation",
        "bookmark", "{emoji}",
    )  # fmt: skip
    formless = [
        route.name for route in all_routes()
        if route.method in ("POST", "PUT", "PATCH") and route.body_type is None and route.name not in FORMS
        and not route.path.endswith(bodiless)
    ]  # fmt: skip
    assert not formless, f"these read a form that tests/matrix/parameters.py doesn't know: {formless}"


@pytest.mark.timeout(1200)
async def test_every_route_for_every_role(house: House, world: World) -> None:
    cells: dict[tuple[str, str, str], str] = {}
    broken: list[str] = []
    for role, place in world.roles():
        prober = Prober(house, world, await world.actor(role, place))
        for route in all_routes():
            answers = {relation: await prober.ask(route, relation) for relation in relations_of(route)}
            broken += prober.broken_laws(route, answers)
            for relation, answer in answers.items():
                cells[route.name, prober.actor.name, relation] = REFUSALS.get(answer.status_code, "yes")
        broken += prober.left_traces
    assert not broken, "\n".join(broken)
    shown = page(all_routes(), [Actor(*it).name for it in world.roles()], cells, role_permissions())
    if os.environ.get("LINLI_WRITE_EXPECTED"):
        EXPECTED.write_text(shown, "utf-8")
    assert EXPECTED.exists() and shown == EXPECTED.read_text("utf-8"), (
        "who may do what has changed: write docs/permissions.md anew (LINLI_WRITE_EXPECTED=1) and read the difference"
    )


async def test_what_the_server_owns_is_never_taken_from_a_body(house: House, world: World) -> None:
    """Refused, not ignored: a client that believes it has set a field is a client with a bug or a plan."""
    taken: list[str] = []
    before = -1
    for route in all_routes():
        permits = [role for role, held in role_permissions().items() if route.rule in held]
        actor = await world.actor(permits[-1] if permits else "committee_admin", HERE)
        call = await route.call(world, actor, OWN)
        for name in SERVER_OWNED:
            if call.body is None or name in route.body_names:
                continue
            before = before if before >= 0 else await traces()
            answer = await house.http.request(
                call.method, call.path, params=call.query, json={**call.body, name: "1"}, headers=actor.headers
            )
            if answer.status_code not in (400, 422) or await traces() != before:
                taken.append(f"{route.name} took {name}: {answer.status_code}")
        before = -1
    assert not taken, "\n".join(taken)


def relations_of(route: Route) -> tuple[str, ...]:
    return RELATIONS if route.object_names else NO_OBJECT


class Prober:
    """Asks as one actor, and holds every answer to what is true of all routes."""

    def __init__(self, house: House, world: World, actor: Actor) -> None:
        self.house, self.world, self.actor = house, world, actor
        self.left_traces: list[str] = []
        self._before = -1

    async def ask(self, route: Route, relation: str) -> httpx.Response:
        call = await route.call(self.world, self.actor, relation if relation in RELATIONS else ABSENT)
        # Filling the call may have made objects; a refused request may not.
        self._before = await traces()
        answer = await self.house.http.request(
            call.method, call.path, params=call.query, headers=self.actor.headers, **call.options()
        )
        if answer.status_code in REFUSALS:
            if await traces() != self._before:
                self.left_traces.append(f"{self._cell(route, relation)} was refused and wrote something")
        elif route.method != "GET":
            await self._renew()
        return answer

    def broken_laws(self, route: Route, answers: dict[str, httpx.Response]) -> list[str]:
        broken = []
        for relation, answer in answers.items():
            problem = self._broken(route, relation, answer)
            if problem:
                broken.append(f"{self._cell(route, relation)}: {problem}; {answer.status_code} {answer.text[:300]}")
        foreign, absent = answers.get(FOREIGN), answers.get(ABSENT)
        if foreign is not None and foreign.status_code == 404 and told(foreign) != told(absent):
            broken.append(f"{self._cell(route, FOREIGN)}: foreign and absent read differently: {foreign.text}")
        return broken

    def _broken(self, route: Route, relation: str, answer: httpx.Response) -> str | None:
        if answer.status_code >= 500:
            return "no request is answered like that"
        if route.rule == PUBLIC:
            own_token = route.name in TOKEN_IN_BODY and answer.status_code == 401
            return None if own_token or answer.status_code not in (401, 403) else "it is public"
        if self.actor.role == ANONYMOUS:
            return None if answer.status_code == 401 else "nobody is signed in"
        if answer.status_code == 401:
            return "somebody is signed in"
        if route.rule == SIGNED_IN:
            return None
        if not self._holds(route.rule):
            return None if answer.status_code == 403 else f"the role lacks {route.rule}"
        return self._reached_outside(route.rule, relation, answer)

    def _reached_outside(self, permission: str, relation: str, answer: httpx.Response) -> str | None:
        """A permission counts in the community that it is held in, and what it doesn't reach is not there."""
        as_resident = permission in role_permissions()[RESIDENT]
        in_office = permission in role_permissions()[self.actor.role]
        lives_here = self.actor.role != RESIDENT or self.actor.place == HERE
        here = (as_resident and lives_here) or (in_office and self.actor.place == HERE)
        there = in_office and self.actor.place != HERE
        reaches = ((OWN, SAME) if here else ()) + ((FOREIGN,) if there else ())
        if relation in RELATIONS and relation not in reaches and answer.status_code != 404:
            return "what is not of that community is not there"
        return None

    def _holds(self, permission: str) -> bool:
        held = set(role_permissions().get(self.actor.role, ()))
        if self.actor.role not in ("guest", "platform_admin"):
            held |= role_permissions()[RESIDENT]
        return permission in held

    async def _renew(self) -> None:
        """What was allowed may have ended the session, the account or the object: the next cell gets fresh ones."""
        self.world.forget(self.actor)
        if self.actor.role != ANONYMOUS:
            self.actor = await self.world.actor(self.actor.role, self.actor.place)

    def _cell(self, route: Route, relation: str) -> str:
        return f"{self.actor.name} × {route.name} × {relation}"


def told(answer: httpx.Response | None) -> Any:
    """What an answer tells, without the id of the request."""
    assert answer is not None
    try:
        body = json.loads(answer.content)
    except ValueError:
        return answer.status_code, answer.content
    return answer.status_code, {name: it for name, it in body.items() if name not in ("request_id", "instance")}


async def test_traces_see_what_stays_and_nothing_else(house: House, world: World) -> None:
    """The matrix's own eyes: a written row, and none that was rolled back."""
    before = await traces()
    account = await world.account()
    made = await traces()
    await execute("UPDATE account SET nickname = '小王' WHERE id = $1", account)
    changed = await traces()
    await execute("DELETE FROM account WHERE id = $1", account)
    assert before < made < changed < await traces()
    after = await traces()
    with suppress(RuntimeError):
        async with transaction():
            await world.account()
            raise RuntimeError("rolled back")
    await execute("UPDATE account SET nickname = '小王' WHERE id = $1", account)
    assert await traces() == after
