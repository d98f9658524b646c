"""Fixtures: real PostgreSQL and Valkey for the run, a fresh database and application for each test."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from litestar import Litestar
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from backend.app import create_litestar, guarded, register_domains, running
from backend.core import clock, crypto
from backend.core.live import redis
from backend.core.logs import set_up_logging
from backend.migrate import migrate
from backend.settings import settings
from tests.house import Clock, House
from tests.parts_fixture import Parts, start_parts

TEMPLATE = "linli_template"
SHARED_FOLDERS = ("browser", "faults", "parts")
"""All files of such a folder look at what it has started once. These take longest, and so begin first."""


class Shares(LoadFileScheduling):
    """What goes to one worker as a whole: a file, or a folder that shares what it started."""

    def _split_scope(self, nodeid: str) -> str:
        _, folder, *_ = nodeid.split("/")
        return folder if folder in SHARED_FOLDERS else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    return Shares(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.parent.name not in SHARED_FOLDERS)


@pytest.fixture(scope="session")
def parts() -> Iterator[Parts]:
    """PostgreSQL and Valkey of this run, in a home of their own below /tmp."""
    home = Path(tempfile.mkdtemp(prefix="linli-test-", dir="/tmp"))
    started = start_parts(home, durable=False)
    os.environ.update(
        LINLI_HOME=str(home),
        LINLI_REDIS_URL=started.redis_url,
        LINLI_DEMO="1",
        LINLI_DEMO_OUTSIDE_DATABASE="1",
        # Tests take rights away by SQL and look at once; test_caller_memory has it on.
        LINLI_CALLER_MEMORY_S="0",
        # A machine that runs the whole suite may stand still for longer than a neighbour would wait.
        LINLI_SEARCH_LIMIT_MS="5000",
    )
    try:
        yield started
    finally:
        started.stop()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def template(parts: Parts) -> str:
    """A migrated database that each test's own is copied from."""
    asyncio.run(_create(parts.dsn, f"CREATE DATABASE {TEMPLATE}"))
    _point_at(parts, TEMPLATE)
    asyncio.run(migrate())
    return TEMPLATE


@pytest.fixture
async def database(parts: Parts, template: str) -> AsyncIterator[str]:
    """A fresh database, which `settings().dsn` names; its name."""
    name = f"test_{os.urandom(6).hex()}"
    server = await asyncpg.connect(parts.dsn)
    try:
        # Files as they are, copied by the kernel: a fifth of the time that PostgreSQL's own copying takes, and that is
        # a fifth of what it takes to write all of it to the log as well.
        await server.execute("SET file_copy_method = clone")
        await server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        _point_at(parts, name)
        yield name
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await server.close()


@pytest.fixture(scope="session")
def router() -> Litestar:
    """Built once: it reads no setting and keeps nothing between requests."""
    return create_litestar()


@pytest.fixture
async def house(router: Litestar, database: str) -> AsyncIterator[House]:
    """The application as clients meet it, on this test's loop and database."""
    # A test may have registered domains of its own.
    register_domains()
    # Not Litestar's own lifespan: its cancel scope may not be left by another task, as a fixture's end is.
    async with running(router):
        await redis().flushall()
        transport = httpx.ASGITransport(guarded(router), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
            yield House(client)


@pytest.fixture
def moved_clock() -> Iterator[Clock]:
    """The application's clock under the test's hand."""
    yield Clock()
    clock.set_clock(None)


async def _create(dsn: str, statement: str) -> None:
    server = await asyncpg.connect(dsn)
    await server.execute(statement)
    await server.close()


def _point_at(parts: Parts, name: str) -> None:
    os.environ["LINLI_DATABASE_URL"] = parts.dsn.replace("/linli?", f"/{name}?")
    settings.cache_clear()
    crypto.ring.cache_clear()
    set_up_logging("WARNING", pretty=False)
