"""Brings the database up to this version: Piccolo's migrations of every domain, then the job queue's own schema.

Safe to run at every start and from several processes at once: one works under an advisory lock, the rest wait.
"""

import contextlib
import io
import os

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.queries import Queries
from piccolo.apps.migrations.commands.forwards import run_forwards

from backend.core.database import ENGINE
from backend.settings import settings

LOCK_KEY = 0x6C696E6C69
"""The letters of linli."""


class MigrationFailed(Exception):
    """A migration did not apply; the message is Piccolo's own output."""


async def migrate() -> None:
    """Raises MigrationFailed. Has its own connections, without the statement limits of a request."""
    os.environ.setdefault("PICCOLO_CONF", "piccolo_conf")
    os.environ.setdefault("PGQUEUER_DURABILITY", "durable")
    # tidy: allow connecting, because a migration may take longer than a request may
    keeper = await asyncpg.connect(settings().dsn)
    try:
        await keeper.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        await _migrate_domains()
        await _migrate_queue(keeper)
    finally:
        await keeper.close()


async def _migrate_domains() -> None:
    open_already = ENGINE.pool
    # tidy: allow connecting, because a migration may take longer than a request may
    ENGINE.pool = await asyncpg.create_pool(settings().dsn, min_size=1, max_size=2)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            await run_forwards("all")
    except SystemExit as failed:
        raise MigrationFailed(said.getvalue()) from failed
    finally:
        await ENGINE.pool.close()
        ENGINE.pool = open_already


async def _migrate_queue(keeper: asyncpg.Connection) -> None:
    queries = Queries(AsyncpgDriver(keeper))
    if await queries.schema_is_installed():
        await queries.upgrade()
    else:
        await queries.install()
