"""A worker beside the house, and what tests do with pictures."""

import asyncio
import hashlib
import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from backend.core.database import fetchval
from backend.media import rules, service
from backend.media.service.uploads import Upload
from backend.settings import settings
from tests.house import House, Neighbour
from workers.main import make_queuer


@pytest.fixture
async def unhurried(database: str) -> AsyncIterator[None]:
    """No ordinary rate limits: a corpus is uploaded faster than any person would."""
    os.environ["LINLI_RATE_SCALE"] = "0"
    settings.cache_clear()
    yield
    del os.environ["LINLI_RATE_SCALE"]
    settings.cache_clear()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a worker an upload waits for it, however slow the machine is."""
    monkeypatch.setattr(rules, "SETTLE_WAIT_S", 60)


@pytest.fixture
async def worker(unhurried: None, patient: None, empty_store: None, house: House) -> AsyncIterator[None]:
    """The worker's own queue on this test's loop: it takes jobs as they come."""
    connection = await asyncpg.connect(settings().dsn)
    queuer = make_queuer(connection)
    running = asyncio.create_task(queuer.qm.run(dequeue_timeout=timedelta(milliseconds=200), batch_size=4))
    yield
    queuer.qm.shutdown.set()
    await running
    await connection.close()


@dataclass
class Album:
    """One person's way of handling pictures."""

    person: Neighbour

    async def upload(
        self, data: bytes, purpose: str = "public", *, name: str = "photo.jpg", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.person.post(
            "/media", files={"file": (name, data, "image/jpeg")}, data={"purpose": purpose}, headers=headers or {}
        )

    async def staged(self, data: bytes, purpose: rules.Purpose = "public") -> UUID:
        """Handed in, and nobody has looked at it yet: as the route does, without its wait for the worker."""
        upload = Upload(io.BytesIO(data), len(data), hashlib.sha256(data).digest(), purpose)
        return await service.keep_upload(self.person.account_id, upload)

    async def ready(self, data: bytes, purpose: str = "public") -> dict[str, Any]:
        answer = await self.upload(data, purpose)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture
def empty_store(database: str) -> None:
    """The run's tests share a home, in /tmp; files of an earlier one must not count for this one."""
    for path in stored_files():
        path.unlink()


@pytest.fixture
async def album(unhurried: None, empty_store: None, house: House) -> Album:
    return Album(await house.guest())


@pytest.fixture
async def stranger(unhurried: None, house: House) -> Album:
    return Album(await house.guest())


def stored_files() -> list[Path]:
    """Everything in this home's object store, whoever's it is."""
    assert settings().home.name.startswith("linli-test-"), "tests must not touch a home that people use"
    # Not rglob: a folder that a job takes away meanwhile is no matter to os.walk.
    return sorted(Path(folder) / name for folder, _, names in os.walk(settings().home / "media") for name in names)


async def rows() -> int:
    return int(await fetchval("SELECT count(*) FROM medium"))


async def until_stored(count: int) -> list[Path]:
    """Waits for the jobs that delete files after a commit."""
    for _ in range(1200):
        if len(found := stored_files()) == count:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(stored_files())} files are stored, not {count}: {stored_files()}")
