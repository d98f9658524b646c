"""emit(): the job commits with its cause or not at all, and runs at least once."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from backend.core.database import fetch, fetchval, transaction
from backend.core.errors import Conflict
from backend.core.events import Event, emit, job_name, registered
from backend.core.flow import TimerDue, fire_timer
from backend.identity.events import NicknameChanged, SessionStarted
from backend.identity.reactions import rename_resident
from tests.house import House

JOBS = "SELECT count(*) FROM pgqueuer"


async def test_a_job_commits_with_its_cause(house: House) -> None:
    account = uuid4()
    with pytest.raises(Conflict):
        async with transaction():
            await emit(NicknameChanged(account_id=account))
            assert await fetchval(JOBS) == 1
            raise Conflict()
    assert await fetchval(JOBS) == 0
    async with transaction():
        await emit(NicknameChanged(account_id=account))
    (job,) = await fetch("SELECT entrypoint, payload FROM pgqueuer")
    assert job["entrypoint"] == job_name(rename_resident) == "identity.rename_resident"
    assert msgspec.json.decode(job["payload"], type=NicknameChanged).account_id == account


async def test_nothing_is_emitted_outside_a_transaction(house: House) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        await emit(NicknameChanged(account_id=uuid4()))
    assert await fetchval(JOBS) == 0


async def test_an_event_that_nothing_follows_costs_nothing(house: House) -> None:
    async with transaction():
        await emit(SessionStarted(session_id=uuid4(), account_id=uuid4()))
    assert await fetchval(JOBS) == 0


async def test_a_delayed_job_waits(house: House) -> None:
    async with transaction():
        await emit(NicknameChanged(account_id=uuid4()), after=timedelta(hours=1))
    wait = await fetchval("SELECT execute_after - now() FROM pgqueuer")
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)
    await house.drain()
    assert await fetchval(JOBS) == 1


async def test_drained_jobs_are_done(house: House) -> None:
    for _ in range(5):
        async with transaction():
            await emit(NicknameChanged(account_id=uuid4()))
    await house.drain()
    assert (await fetchval(JOBS), await house.held_jobs()) == (0, 0)


async def test_every_job_has_a_name_of_its_own(house: House) -> None:
    table = registered()
    assert table["core.fire_timer"] == (TimerDue, fire_timer)
    assert len({reaction for _, reaction in table.values()}) == len(table)
    for name, (event, _) in table.items():
        assert issubclass(event, Event) and "." in name


def test_an_event_survives_the_queue() -> None:
    event = TimerDue(flow="verification", subject=UUID(int=1), step=UUID(int=2), timer="claimed.time_out")
    assert msgspec.json.decode(msgspec.json.encode(event), type=TimerDue) == event
