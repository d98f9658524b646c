"""A process remembers who called: for a moment, no longer, and not past what it did itself (decision 0016)."""

import asyncio
import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from backend.core.auth import Caller
from backend.core.callers import REMEMBERED_MOST, CallerMemory, forget_callers
from backend.core.database import execute, start_counting_statements, transaction
from backend.identity.service.sessions import end_all_sessions
from backend.settings import Settings, settings
from tests.house import API, Community, House, Neighbour

REMEMBERED_S = 1
"""The longest there may be: what two requests take on a machine that does much else."""
AFTERWARDS_S = REMEMBERED_S + 0.1


@pytest.fixture
def remembering() -> Iterator[None]:
    os.environ["LINLI_CALLER_MEMORY_S"] = str(REMEMBERED_S)
    settings.cache_clear()
    yield
    os.environ["LINLI_CALLER_MEMORY_S"] = "0"
    settings.cache_clear()


async def desk(person: Neighbour, community: Community) -> int:
    return (await person.get(f"/desk/verifications?community_id={community.id}")).status_code


async def test_it_is_on_and_short_where_people_live() -> None:
    assert 0 < Settings().caller_memory_s < 1


async def test_the_second_request_of_a_moment_asks_one_statement_less(house: House, remembering: None) -> None:
    person = await house.guest()
    asked = []
    # One pair within a moment is enough, however slow the machine is at times.
    for _ in range(5):
        count = start_counting_statements()
        assert (await person.get("/me")).status_code == 200
        asked.append(count[0])
    assert asked[0] - min(asked) == 1


@pytest.mark.parametrize(
    "taken",
    [
        "UPDATE session SET ended_at = now() WHERE account = $1",
        "UPDATE account SET state = 'banned' WHERE id = $1",
    ],
    ids=["signed out", "banned"],
)
async def test_what_another_process_took_holds_when_the_moment_is_over(
    house: House, remembering: None, taken: str
) -> None:
    person = await house.guest()
    assert (await person.get("/me")).status_code == 200
    await execute(taken, person.account_id)
    await asyncio.sleep(AFTERWARDS_S)
    assert (await person.get("/me")).status_code == 401


async def test_a_lost_role_holds_when_the_moment_is_over(house: House, remembering: None) -> None:
    here = await house.open_community()
    moderator = await house.officer(here, "moderator")
    assert await desk(moderator, here) == 200
    await execute("UPDATE role_grant SET ended_at = now() WHERE account = $1", moderator.account_id)
    await asyncio.sleep(AFTERWARDS_S)
    assert await desk(moderator, here) == 403


async def test_asking_again_and_again_makes_no_moment_longer(house: House, remembering: None) -> None:
    person = await house.guest()
    assert (await person.get("/me")).status_code == 200
    await execute("UPDATE session SET ended_at = now() WHERE account = $1", person.account_id)
    answers = []
    for _ in range(6):
        await asyncio.sleep(AFTERWARDS_S / 6)
        answers.append((await person.get("/me")).status_code)
    assert answers[-1] == 401


async def test_a_sign_out_here_holds_at_once(house: House, remembering: None) -> None:
    person = await house.guest()
    sessions = (await person.get("/auth/sessions")).json()["items"]
    assert (await person.delete(f"/auth/sessions/{sessions[0]['id']}")).status_code == 204
    assert (await person.get("/me")).status_code == 401


async def test_a_stolen_refresh_token_ends_the_session_at_once(house: House, remembering: None) -> None:
    person = await house.guest()
    body = {"refresh_token": person.refresh_token}
    assert (await house.http.post(f"{API}/auth/sessions/refresh", json=body)).status_code == 200
    assert (await person.get("/me")).status_code == 200
    assert (await house.http.post(f"{API}/auth/sessions/refresh", json=body)).status_code == 401
    assert (await person.get("/me")).status_code == 401


async def test_a_closed_account_is_closed_at_once(house: House, remembering: None) -> None:
    person = await house.guest()
    assert (await person.get("/me")).status_code == 200
    assert (await person.delete("/me")).status_code in (200, 204)
    assert (await person.get("/me")).status_code == 401


async def test_a_role_is_given_and_taken_at_once(house: House, remembering: None) -> None:
    here = await house.open_community()
    admin = await house.officer(here, "committee_admin")
    resident = await house.resident(here, admin)
    assert await desk(resident, here) == 403
    body = {"community_id": str(here.id), "phone": resident.phone, "role": "moderator"}
    given = await admin.post("/desk/roles", body)
    assert given.status_code == 201, given.text
    assert await desk(resident, here) == 200
    assert (await admin.delete(f"/desk/roles/{given.json()['id']}")).status_code == 204
    assert await desk(resident, here) == 403


async def test_what_was_rolled_back_forgets_nobody(house: House, remembering: None) -> None:
    person = await house.guest()
    more = []
    # Once within a moment is enough, however slow the machine is at times.
    for _ in range(5):
        assert (await person.get("/me")).status_code == 200
        with pytest.raises(RuntimeError):
            async with transaction():
                await end_all_sessions(person.account_id)
                raise RuntimeError
        count = start_counting_statements()
        assert (await person.get("/me")).status_code == 200
        remembered = count[0]
        forget_callers()
        count = start_counting_statements()
        assert (await person.get("/me")).status_code == 200
        more.append(count[0] - remembered)
    assert max(more) == 1


def a_caller() -> Caller:
    return Caller(uuid4(), uuid4(), ())


def test_an_answer_that_was_under_way_is_not_kept(remembering: None) -> None:
    memory, caller = CallerMemory(), a_caller()
    asked = memory.question()
    memory.forget()
    memory.keep(caller, asked)
    assert memory.get(caller.session_id, caller.account_id) is None


def test_a_session_is_no_other_accounts(remembering: None) -> None:
    memory, caller = CallerMemory(), a_caller()
    memory.keep(caller, memory.question())
    assert memory.get(caller.session_id, caller.account_id) == caller
    assert memory.get(caller.session_id, uuid4()) is None


def test_it_holds_so_many_and_lets_the_oldest_go(remembering: None) -> None:
    memory = CallerMemory()
    callers = [a_caller() for _ in range(REMEMBERED_MOST + 1)]
    asked_at, forgotten = memory.question()
    # As if asked in an hour: how many are kept is no matter of how long the keeping takes.
    question = (asked_at + 3600, forgotten)
    for caller in callers[:-1]:
        memory.keep(caller, question)
    assert memory.get(callers[0].session_id, callers[0].account_id) == callers[0]
    memory.keep(callers[-1], question)
    assert memory.get(callers[0].session_id, callers[0].account_id) is None
    assert memory.get(callers[-1].session_id, callers[-1].account_id) == callers[-1]


def test_switched_off_it_keeps_nothing() -> None:
    memory, caller = CallerMemory(), a_caller()
    memory.keep(caller, memory.question())
    assert memory.get(caller.session_id, caller.account_id) is None
