"""Strict limits: counted in PostgreSQL, closed when it is away."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.core import clock, failures
from backend.core.database import close_pool, fetch, fetchval, open_pool, transaction
from backend.core.errors import TooMany
from backend.core.limits import (
    StrictLimit,
    forget_uses,
    purge_ended_windows,
    refund,
    spend,
)
from backend.core.live import close_redis, open_redis, redis
from backend.core.problems import refusal_for
from backend.settings import settings
from tests.parts_fixture import Parts, start_parts

CODES = StrictLimit("test_codes", times=7, per_s=3600)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[None]:
    await open_pool()
    yield
    await close_pool()


@pytest.mark.usefixtures("pool")
async def test_exactly_n_of_200_pass_a_strict_limit() -> None:
    outcomes = await asyncio.gather(*(spend(CODES, "13800000011") for _ in range(200)), return_exceptions=True)
    assert outcomes.count(None) == CODES.times
    refused = [o for o in outcomes if o and failures.classify(o) != "retryable"]  # busy is refused, too
    assert all(isinstance(o, TooMany) and 3500 < (o.retry_after_s or 0) <= 3600 for o in refused), set(refused)


@pytest.mark.usefixtures("pool")
async def test_n_and_n_plus_one_and_the_next_window() -> None:
    start = clock.now()
    try:
        clock.set_clock(lambda: start)
        await _spend_all(CODES, "a")
        clock.set_clock(lambda: start + timedelta(seconds=3599))
        with pytest.raises(TooMany) as refused:
            await spend(CODES, "a")
        assert refused.value.retry_after_s == 1
        await spend(CODES, "b")
        clock.set_clock(lambda: start + timedelta(seconds=3600))
        await _spend_all(CODES, "a")
        with pytest.raises(TooMany):
            await spend(CODES, "a")
    finally:
        clock.set_clock(None)


@pytest.mark.usefixtures("pool")
async def test_limits_are_counted_apart() -> None:
    other = StrictLimit("test_other", times=1, per_s=60)
    await _spend_all(CODES, "a")
    await spend(other, "a")
    with pytest.raises(TooMany):
        await spend(other, "a")


@pytest.mark.usefixtures("pool")
async def test_a_limit_says_no_in_its_own_words() -> None:
    class CodeTooSoon(TooMany):
        code = "core.too_many"

    once = StrictLimit("test_once", times=1, per_s=60, refusal=CodeTooSoon)
    await spend(once, "a")
    with pytest.raises(CodeTooSoon):
        await spend(once, "a")


@pytest.mark.usefixtures("pool")
async def test_refund_and_forget() -> None:
    await _spend_all(CODES, "a")
    await refund(CODES, "a")
    await spend(CODES, "a")
    with pytest.raises(TooMany):
        await spend(CODES, "a")
    await forget_uses(CODES, "a")
    await _spend_all(CODES, "a")
    await refund(CODES, "nobody")


@pytest.mark.usefixtures("pool")
async def test_a_rollback_must_not_give_uses_back() -> None:
    async with transaction():
        with pytest.raises(RuntimeError, match="before transaction"):
            await spend(CODES, "a")
    assert await fetchval("SELECT count(*) FROM strict_limit_use") == 0


@pytest.mark.usefixtures("pool")
async def test_subjects_are_not_stored() -> None:
    await spend(CODES, "13800000011")
    [row] = await fetch("SELECT * FROM strict_limit_use")
    assert len(row["subject"]) == 32
    assert b"13800000011" not in row["subject"] and b"13800000011".hex() not in row["subject"].hex()


@pytest.mark.usefixtures("pool")
async def test_ended_windows_are_purged() -> None:
    start = clock.now()
    try:
        await spend(StrictLimit("short", times=1, per_s=10), "a")
        await spend(CODES, "a")
        clock.set_clock(lambda: start + timedelta(seconds=60))
        await purge_ended_windows()
    finally:
        clock.set_clock(None)
    assert [row["name"] for row in await fetch("SELECT name FROM strict_limit_use")] == [CODES.name]


@pytest.mark.usefixtures("pool")
async def test_strict_limits_stand_without_redis(parts: Parts) -> None:
    await _spend_all(CODES, "a")
    await open_redis()
    await redis().flushall()
    await close_redis()
    with pytest.raises(TooMany):
        await spend(CODES, "a")


@pytest.fixture
def own_parts() -> Iterator[Parts]:
    """Servers that a test may kill without taking the run's databases with them."""
    home = Path(tempfile.mkdtemp(prefix="linli-kill-", dir="/tmp"))
    started = start_parts(home, durable=False)
    try:
        yield started
    finally:
        started.stop()
        shutil.rmtree(home)


async def test_without_the_database_nobody_passes(
    own_parts: Parts, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_DATABASE_URL", own_parts.dsn)
    settings.cache_clear()
    await open_pool()
    try:
        own_parts.kill("postgres")
        for _ in range(3):
            with pytest.raises(Exception, match=r".*") as failed:
                await spend(CODES, "a")
            refusal = refusal_for(failed.value)
            assert refusal is not None and refusal.status == 503
    finally:
        await close_pool()
        monkeypatch.undo()
        settings.cache_clear()


async def _spend_all(limit: StrictLimit, subject: str) -> None:
    for _ in range(limit.times):
        await spend(limit, subject)
