"""With a worker as `linli up` starts it: a process of its own, which can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.core.database import fetchval
from tests.house import House
from tests.media.conftest import Album, rows, until_stored
from tests.media.drawing import encoded, photo, scene

ROOT = Path(__file__).parents[2]
KILLS = 5


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "workers.main"], cwd=ROOT, stderr=subprocess.DEVNULL)


@pytest.fixture
async def process(unhurried: None, patient: None, house: House) -> AsyncIterator[subprocess.Popen[bytes]]:
    started = start_worker()
    try:
        while not await fetchval("SELECT EXISTS (SELECT FROM worker_beat)"):
            assert started.poll() is None
            await asyncio.sleep(0.05)
        yield started
    finally:
        started.terminate()
        assert started.wait(timeout=60) == 0


def children_of(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


async def first_child_of(pid: int) -> int:
    for _ in range(30_000):
        if found := children_of(pid):
            return found[0]
        await asyncio.sleep(0.002)
    raise AssertionError("the worker has started no image process")


def is_running(pid: int) -> bool:
    """An ended one may still be listed until its new parent, the test run, asks how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def heavy() -> bytes:
    """Half a second of work for one image process, on a machine four times slower less than it is given."""
    return encoded(scene().resize((5200, 3700)), "PNG", compress_level=1)


async def test_an_upload_meets_the_worker(process: subprocess.Popen[bytes], album: Album) -> None:
    assert (await album.upload(photo(), "evidence")).status_code == 201
    assert (await album.upload(photo()[:-30])).status_code == 422
    assert await rows() == 1


async def test_a_killed_image_process_costs_one_picture(process: subprocess.Popen[bytes], album: Album) -> None:
    """F24: as the kernel ends it when it takes too much; the worker itself lives on."""
    assert (await album.upload(photo())).status_code == 201
    picture = heavy()
    for _ in range(KILLS):
        uploading = asyncio.create_task(album.upload(picture))
        os.kill(await first_child_of(process.pid), signal.SIGKILL)
        answer = await uploading
        assert (answer.status_code, answer.json()["code"]) == (422, "media.too_heavy")
        assert (await album.upload(photo())).status_code == 201
    assert process.poll() is None
    assert await rows() == KILLS + 1
    await until_stored(KILLS + 1)


async def test_a_killed_worker_loses_no_picture(unhurried: None, house: House, album: Album) -> None:
    media_id = await album.staged(heavy())
    first = start_worker()
    child = await first_child_of(first.pid)
    first.kill()
    assert first.wait(timeout=60) == -signal.SIGKILL
    assert await fetchval("SELECT state FROM medium WHERE id = $1", media_id) == "processing"
    second = start_worker()
    try:
        for _ in range(1200):
            if await fetchval("SELECT state FROM medium WHERE id = $1", media_id) == "ready":
                break
            await asyncio.sleep(0.1)
        assert await fetchval("SELECT state FROM medium WHERE id = $1", media_id) == "ready"
        await until_stored(3)
        assert not is_running(child)
    finally:
        second.terminate()
        assert second.wait(timeout=60) == 0
