"""Fixtures: real PostgreSQL and Valkey for the run, a fresh database and application for each test."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from litestar import Litestar
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from backend.app import create_litestar
from backend.core import clock
from backend.migrate import migrate
from tests.house import Clock, House, open_house
from tests.parts_fixture import Parts, start_parts
from tests.worlds import Worlds, copy_database, point_at

TEMPLATE = "linli_template"
HOME_PREFIX = "linli-test-"
MEMORY = Path("/dev/shm")
MEMORY_FREE_MIN_BYTES = 2 * 1024**3
"""A few hundred megabytes for each of four processes; many containers have 64 in all."""
SHARED_FOLDERS = ("browser", "faults", "parts")
"""All files of such a folder look at what it has started once; the browser's, at one of two."""
LONG_FOLDERS = (*SHARED_FOLDERS, "matrix", "fuzz", "canaries", "invariants")
"""Begun first, so that all processes end together."""


class Shares(LoadFileScheduling):
    """What goes to one worker as a whole: a file, or a folder that shares what it started."""

    def _split_scope(self, nodeid: str) -> str:
        _, folder, *_ = nodeid.split("/")
        if folder not in SHARED_FOLDERS:
            return super()._split_scope(nodeid)
        return f"{folder} phone" if folder == "browser" and "_phone.py" in nodeid else folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    return Shares(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.parent.name not in LONG_FOLDERS)


@pytest.fixture(scope="session")
def parts() -> Iterator[Parts]:
    """PostgreSQL and Valkey of this run, in a home of their own."""
    home = _make_home()
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
    point_at(parts.dsn, TEMPLATE)
    asyncio.run(migrate())
    return TEMPLATE


@pytest.fixture
async def database(request: pytest.FixtureRequest, parts: Parts, template: str, worlds: Worlds) -> AsyncIterator[str]:
    """A fresh database, which `settings().dsn` names; its name."""
    name = f"test_{os.urandom(6).hex()}"
    server = await asyncpg.connect(parts.dsn)
    try:
        await copy_database(server, await worlds.database_for(request.fixturenames, server, template), name)
        point_at(parts.dsn, name)
        yield name
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await server.close()


@pytest.fixture(scope="session")
def router() -> Litestar:
    """Built once: it reads no setting and keeps nothing between requests."""
    return create_litestar()


@pytest.fixture(scope="session")
def worlds(router: Litestar, parts: Parts) -> Worlds:
    return Worlds(router, parts.dsn)


@pytest.fixture
async def house(router: Litestar, database: str) -> AsyncIterator[House]:
    """The application as clients meet it, on this test's loop and database."""
    async with open_house(router) as house:
        yield house


@pytest.fixture
def moved_clock() -> Iterator[Clock]:
    """The application's clock under the test's hand."""
    yield Clock()
    clock.set_clock(None)


def _make_home() -> Path:
    """In memory where there is enough: a database for each test is seven hundred files, made and deleted."""
    above = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_FREE_MIN_BYTES else Path("/tmp")
    for left in above.glob(f"{HOME_PREFIX}[0-9]*-*"):
        # Whoever was killed could not clear up.
        if not Path("/proc", left.name.removeprefix(HOME_PREFIX).partition("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{HOME_PREFIX}{os.getpid()}-", dir=above))


async def _create(dsn: str, statement: str) -> None:
    server = await asyncpg.connect(dsn)
    await server.execute(statement)
    await server.close()
