"""The one way to PostgreSQL: a pool, `transaction()`, and statements that know which of the two they run on.

Piccolo runs over the same pool and the same transactions: `ENGINE` reads the context variable set here.
Its own `DB.transaction()` is banned: when COMMIT itself fails it keeps the connection and the variable.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar, Token
from typing import Any, Literal

import asyncpg
from piccolo.engine.postgres import PostgresEngine

from backend.core.errors import Refusal
from backend.core.metrics import count_statement
from backend.settings import settings

ACQUIRE_TIMEOUT_S = 2.0
"""A caller who waited this long for a connection is told to come back; asyncpg itself waits for ever."""
COMMAND_TIMEOUT_S = 10.0
"""Above the server's own limits, so that the server's clearer error comes first."""
SERVER_LIMITS = {
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "10000",
    "timezone": "UTC",
    "application_name": "linli",
}

Isolation = Literal["read_committed", "repeatable_read", "serializable"]


class _Current:
    """What Piccolo looks for in its context variable: something with the transaction's connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.after_commit: list[Callable[[], None]] = []


class _CountingConnection(asyncpg.Connection):
    """Counts statements, so that a test can hold a request to its budget."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        # Transaction control goes through here too and is not counted: it reads no rows.
        if args or not query.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET LOCAL")):
            _count()
        return await super().execute(query, *args, timeout=timeout)

    async def fetch(self, query: str, *args: Any, **options: Any) -> list[Any]:
        _count()
        return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        _count()
        return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        _count()
        return await super().fetchval(query, *args, **options)

    async def executemany(self, command: str, args: Any, *, timeout: float | None = None) -> None:
        _count()
        await super().executemany(command, args, timeout=timeout)


class _PooledEngine(PostgresEngine):
    """Piccolo's engine without its calls on the database when it is made, which is at import."""

    async def check_version(self) -> None:
        """`linli doctor` checks the version."""

    async def prep_database(self) -> None:
        """No extensions are needed."""


ENGINE = _PooledEngine(config={}, extensions=())
"""Piccolo's engine; its pool is ours from `open_pool()` on."""

_held: ContextVar[asyncpg.Connection | None] = ContextVar("held", default=None)
_statements: ContextVar[list[int] | None] = ContextVar("statements", default=None)


async def open_pool(*, size: int | None = None) -> asyncpg.Pool:
    """The process's pool; opening it twice is a bug and says so."""
    if ENGINE.pool is not None:
        raise RuntimeError("the database pool is open already")
    ENGINE.pool = await asyncpg.create_pool(
        settings().dsn,
        min_size=1,
        max_size=size or settings().database_pool_size,
        command_timeout=COMMAND_TIMEOUT_S,
        server_settings=SERVER_LIMITS,
        connection_class=_CountingConnection,
        reset=_forget_nothing,
    )
    return ENGINE.pool


async def close_pool() -> None:
    opened, ENGINE.pool = ENGINE.pool, None
    if opened is not None:
        await opened.close()


def pool() -> asyncpg.Pool:
    if ENGINE.pool is None:
        raise RuntimeError("the database pool is not open")
    return ENGINE.pool


@asynccontextmanager
async def transaction(
    *, isolation: Isolation | None = None, joining: bool = False
) -> AsyncIterator[asyncpg.Connection]:
    """All or nothing, with the connection as its value. Inside another one it is a savepoint, or, `joining`, a part of
    it: two round trips less, where nobody goes on after its failure.

    A `Refusal` marked `keeps_writes` commits first and is raised afterwards: a refused attempt must be counted.
    Raises TimeoutError when no connection comes free in ACQUIRE_TIMEOUT_S.
    """
    outer = ENGINE.current_transaction.get()
    if outer is not None:
        async with _committing(outer.connection, None, []):
            yield outer.connection
        return
    # The pool that it was taken from gets it back: by then that one may be closing, and wait for it.
    async with pool().acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
        current = _Current(connection)
        token = ENGINE.current_transaction.set(current)  # type: ignore[arg-type]
        try:
            async with _committing(connection, isolation, current.after_commit):
                yield connection
        finally:
            ENGINE.current_transaction.reset(token)


class OneConnection:
    """`async with OneConnection():` the statements inside run on one of the pool's connections, one after another.

    Without BEGIN and COMMIT: for a hot read of several statements, where taking a connection costs as much as half of
    one. Inside a transaction() nothing changes. Start no task inside: it would talk across.
    """

    def __init__(self) -> None:
        self._pool: asyncpg.Pool | None = None
        self._taken: asyncpg.Connection | None = None
        self._token: Token[asyncpg.Connection | None] | None = None

    async def __aenter__(self) -> None:
        if ENGINE.current_transaction.get() is None and _held.get() is None:
            self._pool = pool()
            self._taken = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
            self._token = _held.set(self._taken)

    async def __aexit__(self, *_: object) -> None:
        if self._pool is not None and self._token is not None:
            _held.reset(self._token)
            await self._pool.release(self._taken)


def after_commit(act: Callable[[], None]) -> None:
    """Runs it when the open transaction has committed, at once outside one; what was rolled back needs none.

    For what this process alone remembers; whatever others must hear of is an event.
    """
    current = ENGINE.current_transaction.get()
    if current is None:
        act()
    else:
        current.after_commit.append(act)  # type: ignore[attr-defined]


def in_transaction() -> bool:
    return ENGINE.current_transaction.get() is not None


def connection() -> asyncpg.Connection:
    """The open transaction's connection; RuntimeError outside one."""
    current = ENGINE.current_transaction.get()
    if current is None:
        raise RuntimeError("this needs an open transaction()")
    return current.connection


async def fetch(sql: str, *args: Any) -> list[asyncpg.Record]:
    async with _Connected() as conn:
        return await conn.fetch(sql, *args)


async def fetchrow(sql: str, *args: Any) -> asyncpg.Record | None:
    async with _Connected() as conn:
        return await conn.fetchrow(sql, *args)


async def fetchval(sql: str, *args: Any) -> Any:
    async with _Connected() as conn:
        return await conn.fetchval(sql, *args)


async def execute(sql: str, *args: Any) -> str:
    """PostgreSQL's command tag, such as `UPDATE 1`."""
    async with _Connected() as conn:
        return await conn.execute(sql, *args)


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    async with _Connected() as conn:
        await conn.executemany(sql, rows)


def start_counting_statements() -> list[int]:
    """A one-item list that every statement of this context (and tasks made from it) adds to."""
    count = [0]
    _statements.set(count)
    return count


def _count() -> None:
    count_statement()
    count = _statements.get()
    if count is not None:
        count[0] += 1


class _Connected:
    """The open transaction's connection, or one of the pool's for one statement.

    Not a generator: that costs a hot read as much again as taking the connection does.
    """

    __slots__ = ("_pool", "_taken")

    async def __aenter__(self) -> asyncpg.Connection:
        current = ENGINE.current_transaction.get()
        if current is not None:
            self._taken: asyncpg.Connection | None = None
            return current.connection
        held = _held.get()
        if held is not None:
            self._taken = None
            return held
        self._pool = pool()
        self._taken = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        return self._taken

    async def __aexit__(self, *_: object) -> None:
        if self._taken is not None:
            await self._pool.release(self._taken)


@asynccontextmanager
async def _committing(
    conn: asyncpg.Connection, isolation: Isolation | None, afterwards: list[Callable[[], None]]
) -> AsyncIterator[None]:
    kept: Refusal | None = None
    async with conn.transaction(isolation=isolation):
        try:
            yield
        except Refusal as refusal:
            if not refusal.keeps_writes:
                raise
            kept = refusal
    for act in afterwards:
        act()
    if kept is not None:
        raise kept


async def _forget_nothing(conn: asyncpg.Connection) -> None:
    """Saves the pool's reset round trip: no code sets session state, only SET LOCAL (a tidy rule holds that)."""
    if conn.is_in_transaction():
        await conn.reset()
