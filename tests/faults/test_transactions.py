"""Killed backends, COMMITs that fail, callers that leave: the pool stays whole and nothing is half done."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from backend.core.database import ENGINE, connection, execute, fetchval, in_transaction, pool, transaction
from backend.core.failures import classify
from backend.settings import settings
from tests.house import House, Neighbour, key
from tests.parts.running import on_this_machine

ROUNDS = 25
COMMITS = 40
"""More than the pool has connections: one lost each time would empty it."""
CANCELS = 500
WHOLE_WITHIN_S = 1.5


@pytest.fixture(autouse=True)
def without_ordinary_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hundreds of requests by one person are no flood here."""
    monkeypatch.setenv("LINLI_RATE_SCALE", "0")
    yield
    settings.cache_clear()


@pytest.fixture
async def operator(house: House) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside the application's."""
    beside = await asyncpg.connect(settings().dsn, server_settings={"application_name": "operator"})
    yield beside
    await beside.close()


async def assert_pool_whole() -> None:
    """Every connection that the pool may have can be had at once and answers; no transaction is left open."""
    assert not in_transaction()
    assert ENGINE.current_transaction.get() is None
    taken: list[asyncpg.Connection] = []
    try:
        async with asyncio.timeout(on_this_machine(WHOLE_WITHIN_S)):
            for _ in range(pool().get_max_size()):
                taken.append(await pool().acquire())
            assert [await one.fetchval("SELECT 1") for one in taken] == [1] * len(taken)
            assert not any(one.is_in_transaction() for one in taken)
    finally:
        for one in taken:
            await pool().release(one)
    assert pool().get_idle_size() == pool().get_size()


async def test_a_leaked_connection_would_be_noticed(house: House) -> None:
    leaked = await pool().acquire()
    with pytest.raises(TimeoutError):
        await assert_pool_whole()
    await pool().release(leaked)
    await assert_pool_whole()


async def test_idle_backends_killed(house: House, operator: asyncpg.Connection) -> None:
    person = await house.guest()
    for _ in range(ROUNDS):
        await assert_pool_whole()
        size = pool().get_size()
        assert await terminate(operator, "state = 'idle'") >= size > 1
        answers = await asyncio.gather(*(person.get("/me") for _ in range(8)))
        assert {answer.status_code for answer in answers} <= {200, 503}
        # Each refusal has cleared one dead connection away; there are no more of them than the pool holds.
        assert 200 in [(await person.get("/me")).status_code for _ in range(size)]
    await assert_pool_whole()


async def test_backend_killed_inside_a_transaction(house: House, operator: asyncpg.Connection) -> None:
    await execute("CREATE TABLE kept (n int)")
    for number in range(ROUNDS):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)) as caught:
            async with transaction():
                await execute("INSERT INTO kept VALUES ($1)", number)
                assert await terminate(operator, f"pid = {connection().get_server_pid()}") == 1
                await execute("INSERT INTO kept VALUES ($1)", number)
        assert classify(caught.value) in ("retryable", "unknown")
        assert not in_transaction()
    assert await fetchval("SELECT count(*) FROM kept") == 0
    await assert_pool_whole()


async def test_backend_killed_while_it_waits_for_a_lock(house: House, operator: asyncpg.Connection) -> None:
    person = await house.guest()
    for number in range(ROUNDS):
        async with holding("SELECT FROM account WHERE id = $1 FOR UPDATE", person.account_id):
            waiting = asyncio.create_task(person.patch("/me", {"nickname": f"等{number}"}))
            await until_waiting(operator, "Lock")
            assert await terminate(operator, "wait_event_type = 'Lock'") == 1
            answer = await waiting
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
    assert (await person.get("/me")).json()["account"]["nickname"] is None
    assert (await person.patch("/me", {"nickname": "好了"})).status_code == 200
    await assert_pool_whole()


async def test_backend_killed_in_commit_then_retried(house: House, operator: asyncpg.Connection) -> None:
    """The deferred trigger makes COMMIT take its time, which it is not given."""
    community = await house.open_community()
    await slow_commit(operator)
    for _ in range(ROUNDS // 5):
        person, header, body = await house.guest(), key(), house.application(community)
        await operator.execute("ALTER TABLE verification ENABLE TRIGGER slow_commit")
        applying = asyncio.create_task(person.post("/verifications", body, headers=header))
        await until_waiting(operator, "Timeout")
        assert await terminate(operator, "wait_event = 'PgSleep' AND query LIKE 'COMMIT%'") == 1
        assert (await applying).status_code == 503
        await operator.execute("ALTER TABLE verification DISABLE TRIGGER slow_commit")
        assert await count_of(operator, person) == 0
        first = await person.post("/verifications", body, headers=header)
        again = await person.post("/verifications", body, headers=header)
        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()
        assert await count_of(operator, person) == 1
    await assert_pool_whole()


async def test_commits_that_fail(house: House) -> None:
    await execute("CREATE TABLE balanced (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    await execute("INSERT INTO balanced VALUES (1)")
    for number in range(COMMITS):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with transaction():
                await execute("INSERT INTO balanced VALUES ($1)", number + 2)
                async with transaction():
                    await execute("INSERT INTO balanced VALUES (1)")
        assert not in_transaction()
    assert await fetchval("SELECT count(*) FROM balanced") == 1
    await assert_pool_whole()


async def test_callers_who_leave_at_any_moment(house: House, operator: asyncpg.Connection) -> None:
    """Cancelled at a random await: the nickname and the job that follows from it are both there or neither."""
    seed = int(os.environ.get("LINLI_FAULT_SEED") or random.SystemRandom().randrange(10**6))
    chance = random.Random(seed)
    person = await house.guest()
    left = stayed = happened = 0
    for number in range(CANCELS):
        if number % 20 == 0:
            # Measured again and again: a machine that others use keeps no pace.
            usual_s = await usual_seconds(person)
        before = await effects(operator, person)
        asking = asyncio.create_task(person.patch("/me", {"nickname": f"走{number}"}))
        await asyncio.sleep(chance.uniform(0, usual_s * 1.2))
        asking.cancel()
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)
        left += isinstance(outcome, asyncio.CancelledError)
        stayed += not isinstance(outcome, BaseException)
        after = await effects(operator, person)
        changed = after[0] != before[0]
        happened += changed
        assert after[1] - before[1] == changed, f"half an effect in round {number}, seed {seed}"
        assert changed or isinstance(outcome, asyncio.CancelledError), f"acknowledged and lost, seed {seed}"
    assert left > CANCELS / 5, f"only {left} of {CANCELS} cancels landed"
    assert happened > CANCELS / 20, f"only {happened} of {CANCELS} had an effect"
    assert (await person.get("/me")).status_code == 200
    await assert_pool_whole()


async def usual_seconds(person: Neighbour) -> float:
    """What choosing a nickname takes while nobody disturbs it."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(5):
        await person.patch("/me", {"nickname": f"先{number}"})
    return (loop.time() - began) / 5


async def effects(operator: asyncpg.Connection, person: Neighbour) -> tuple[str | None, int]:
    """The nickname, and how many jobs follow from nicknames. Waits for a cancelled statement to end."""
    await until(operator, "NOT EXISTS (SELECT FROM {activity} AND state <> 'idle')")
    row = await operator.fetchrow(
        """SELECT nickname, (SELECT count(*) FROM pgqueuer WHERE entrypoint = 'identity.rename_resident') AS jobs
           FROM account WHERE id = $1""",
        person.account_id,
    )
    assert row is not None
    return row["nickname"], row["jobs"]


async def count_of(operator: asyncpg.Connection, person: Neighbour) -> int:
    count: int = await operator.fetchval("SELECT count(*) FROM verification WHERE account = $1", person.account_id)
    return count


async def terminate(operator: asyncpg.Connection, which: str) -> int:
    """Ends the application's backends in this state; how many it hit."""
    hit: int = await operator.fetchval(
        f"""SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE application_name = 'linli' AND datname = current_database() AND {which}"""
    )
    return hit


async def until_waiting(operator: asyncpg.Connection, kind: str) -> None:
    await until(operator, f"EXISTS (SELECT FROM {{activity}} AND wait_event_type = '{kind}')")


async def until(operator: asyncpg.Connection, condition: str) -> None:
    """`{activity}` stands for the application's own backends."""
    activity = "pg_stat_activity WHERE application_name = 'linli' AND datname = current_database()"
    async with asyncio.timeout(on_this_machine(5)):
        happened = False
        while not happened:
            happened = await operator.fetchval(f"SELECT {condition.format(activity=activity)}")


@asynccontextmanager
async def holding(sql: str, *args: object) -> AsyncIterator[None]:
    """A lock that another transaction has; apart from the operator, whom a transaction would show one moment only."""
    holder = await asyncpg.connect(settings().dsn, server_settings={"application_name": "holder"})
    try:
        async with holder.transaction():
            await holder.execute(sql, *args)
            yield
    finally:
        await holder.close()


async def slow_commit(operator: asyncpg.Connection) -> None:
    await operator.execute(
        """CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN PERFORM pg_sleep(4); RETURN NULL; END $$;
           CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON verification
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION take_time()"""
    )
