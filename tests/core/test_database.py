"""transaction(): all or nothing, whatever breaks, and the pool is whole afterwards."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from piccolo.columns import Integer
from piccolo.table import Table

from backend.core import database as db
from backend.core.database import ENGINE, execute, fetch, fetchval, transaction
from backend.core.errors import Conflict
from tests.parts.running import on_this_machine

POOL_SIZE = 3


class Kept(Table, tablename="kept", db=ENGINE):
    number = Integer()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    opened = await db.open_pool(size=POOL_SIZE)
    await execute("CREATE TABLE kept (id serial PRIMARY KEY, number int NOT NULL)")
    await execute("ALTER TABLE kept ADD CONSTRAINT once UNIQUE (number) DEFERRABLE INITIALLY DEFERRED")
    yield opened
    await db.close_pool()


async def numbers() -> list[int]:
    return [row["number"] for row in await fetch("SELECT number FROM kept ORDER BY number")]


async def keep(number: int) -> None:
    await execute("INSERT INTO kept (number) VALUES ($1)", number)


async def assert_pool_is_whole(pool: asyncpg.Pool) -> None:
    """Every connection can be had at once, and none is still inside something."""
    async with asyncio.timeout(20):
        held = [await pool.acquire(timeout=10) for _ in range(POOL_SIZE)]
    assert not any(conn.is_in_transaction() for conn in held)
    for conn in held:
        assert await conn.fetchval("SELECT 1") == 1
        await pool.release(conn)
    assert not db.in_transaction()


async def test_all_or_nothing(pool: asyncpg.Pool) -> None:
    async with transaction():
        await keep(1)
    with pytest.raises(Conflict):
        async with transaction():
            await keep(2)
            raise Conflict()
    assert await numbers() == [1]


async def test_one_that_joins_another_is_a_part_of_it(pool: asyncpg.Pool) -> None:
    with pytest.raises(Conflict):
        async with transaction() as outer:
            async with transaction(joining=True) as inner:
                assert inner is outer
                await keep(1)
            await keep(2)
            raise Conflict()
    assert await numbers() == []
    async with transaction(joining=True):
        await keep(3)
    assert await numbers() == [3]
    await assert_pool_is_whole(pool)


async def test_a_transaction_inside_another_is_a_savepoint(pool: asyncpg.Pool) -> None:
    async with transaction():
        await keep(1)
        with pytest.raises(Conflict):
            async with transaction():
                await keep(2)
                raise Conflict()
        await keep(3)
    assert await numbers() == [1, 3]


async def test_what_a_refusal_counts_is_kept(pool: asyncpg.Pool) -> None:
    with pytest.raises(Conflict):
        async with transaction():
            await keep(1)
            raise Conflict(keeps_writes=True)
    assert await numbers() == [1]
    with pytest.raises(Conflict):
        async with transaction():
            await keep(2)
            async with transaction():
                await keep(3)
                raise Conflict(keeps_writes=True)
    assert await numbers() == [1, 2, 3]


async def test_piccolo_stands_in_the_same_transaction(pool: asyncpg.Pool) -> None:
    with pytest.raises(Conflict):
        async with transaction():
            await Kept.insert(Kept(number=7))
            assert await numbers() == [7]
            raise Conflict()
    assert await Kept.count() == 0


async def test_a_commit_that_fails_twenty_times_costs_no_connection(pool: asyncpg.Pool) -> None:
    """A deferred constraint fails at COMMIT itself; stock Piccolo loses a connection each time."""
    await keep(1)
    for _ in range(20):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with transaction():
                await keep(1)
    assert await numbers() == [1]
    await assert_pool_is_whole(pool)


async def test_a_killed_backend_costs_no_connection(pool: asyncpg.Pool) -> None:
    for _ in range(5):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            async with transaction() as conn:
                await keep(1)
                async with pool.acquire() as other:
                    await other.execute("SELECT pg_terminate_backend($1)", conn.get_server_pid())
                await keep(2)
    assert await numbers() == []
    await assert_pool_is_whole(pool)


async def test_a_cancelled_request_leaves_nothing(pool: asyncpg.Pool) -> None:
    async def slow() -> None:
        async with transaction():
            await keep(1)
            await execute("SELECT pg_sleep(5)")

    for _ in range(6):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await numbers() == []
    await assert_pool_is_whole(pool)


async def test_who_gets_no_connection_is_told_in_time(pool: asyncpg.Pool) -> None:
    held = [await pool.acquire() for _ in range(POOL_SIZE)]
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with transaction():
            await keep(1)
    assert asyncio.get_running_loop().time() - began < on_this_machine(db.ACQUIRE_TIMEOUT_S)
    for conn in held:
        await pool.release(conn)
    await assert_pool_is_whole(pool)


async def test_what_is_under_way_ends_before_the_pool_is_closed(pool: asyncpg.Pool) -> None:
    all_began, may_end = asyncio.Barrier(3), asyncio.Event()

    async def writes() -> None:
        async with transaction():
            await keep(1)
            await all_began.wait()
            await may_end.wait()

    async def reads() -> int:
        async with db.OneConnection():
            await all_began.wait()
            await may_end.wait()
            return await fetchval("SELECT 1")

    under_way = asyncio.gather(writes(), reads())
    await all_began.wait()
    closing = asyncio.create_task(db.close_pool())
    await asyncio.sleep(0)
    assert ENGINE.pool is None
    may_end.set()
    async with asyncio.timeout(on_this_machine(5)):
        assert await under_way == [None, 1]
        await closing
    await db.open_pool()
    assert await numbers() == [1]


async def test_two_tasks_have_two_transactions(pool: asyncpg.Pool) -> None:
    first_wrote, second_looked = asyncio.Event(), asyncio.Event()

    async def writes() -> None:
        async with transaction():
            await keep(1)
            first_wrote.set()
            await second_looked.wait()

    async def looks() -> list[int]:
        await first_wrote.wait()
        async with transaction():
            seen = await numbers()
        second_looked.set()
        return seen

    _, seen = await asyncio.gather(writes(), looks())
    assert (seen, await numbers()) == ([], [1])


async def test_a_connection_needs_a_transaction(pool: asyncpg.Pool) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        db.connection()
    async with transaction() as conn:
        assert db.connection() is conn
    with pytest.raises(RuntimeError, match="open already"):
        await db.open_pool()


async def test_statements_are_counted_and_transaction_control_is_not(pool: asyncpg.Pool) -> None:
    count = db.start_counting_statements()
    async with transaction():
        await keep(1)
        await fetchval("SELECT 1")
        async with transaction():
            await Kept.count()
    assert count == [3]


async def test_the_server_ends_what_takes_too_long(pool: asyncpg.Pool) -> None:
    limits = await fetch("SELECT name, setting FROM pg_settings WHERE name = ANY($1)", list(db.SERVER_LIMITS))
    for name, setting in limits:
        assert setting == db.SERVER_LIMITS[name], name
