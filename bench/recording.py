"""Records what a request of the real application says to the database, and what it answers."""

import json
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx

from backend.app import create_litestar, guarded, running
from backend.core.database import ENGINE
from backend.settings import settings

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class Statement(NamedTuple):
    """`way` is the asyncpg method it went through."""

    way: str
    sql: str
    args: tuple[Any, ...]


class Recording(NamedTuple):
    """A request's statements in their order, whether they were one transaction, and the bytes of its answer."""

    statements: list[Statement]
    in_transaction: bool
    status: int
    body: bytes


_heard: list[Statement] = []


class _Listening(asyncpg.Connection):
    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        _heard.append(Statement("execute", query, args))
        return await super().execute(query, *args, timeout=timeout)

    async def fetch(self, query: str, *args: Any, **options: Any) -> list[Any]:
        _heard.append(Statement("fetch", query, args))
        return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        _heard.append(Statement("fetchrow", query, args))
        return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        _heard.append(Statement("fetchval", query, args))
        return await super().fetchval(query, *args, **options)


@asynccontextmanager
async def listening() -> AsyncIterator[httpx.AsyncClient]:
    """The whole application in this process, over connections that write down what they are asked."""
    app = create_litestar()
    async with running(app):
        quiet = ENGINE.pool
        ENGINE.pool = await asyncpg.create_pool(
            settings().dsn, min_size=1, connection_class=_Listening, reset=_forget_nothing
        )
        try:
            transport = httpx.ASGITransport(guarded(app))
            async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
                yield client
        finally:
            await ENGINE.pool.close()
            ENGINE.pool = quiet


async def _forget_nothing(_: asyncpg.Connection) -> None:
    """As the application's own pool: no statement of the driver's between two of a request."""


async def record(client: httpx.AsyncClient, method: str, path: str, token: str | None, body: Any = None) -> Recording:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    _heard.clear()
    answer = await client.request(method, path, headers=headers, json=body)
    assert answer.is_success, answer.text
    said = [statement for statement in _heard if not statement.sql.startswith(CONTROL)]
    return Recording(said, len(said) < len(_heard), answer.status_code, answer.content)


def keep(recordings: dict[str, Recording], path: Path) -> None:
    # Pickle: arguments are ids, times and bytes, and the only reader is the process we start with it.
    path.write_bytes(pickle.dumps({name: tuple(found) for name, found in recordings.items()}))


def load(path: Path) -> dict[str, Recording]:
    kept = pickle.loads(path.read_bytes())
    return {
        name: Recording([Statement(*said) for said in statements], *rest) for name, (statements, *rest) in kept.items()
    }


async def blocks(dsn: str, recorded: Recording) -> int:
    """Database pages that the statements touch, in the cache or not."""
    database = await asyncpg.connect(dsn)
    try:
        touched = 0
        for _, sql, args in recorded.statements:
            if sql.startswith("SET LOCAL"):
                continue
            (explained,) = json.loads(await database.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *args))
            plan = explained["Plan"]
            touched += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return touched
    finally:
        await database.close()
