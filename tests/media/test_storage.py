"""The object store: a folder and S3 behave the same."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from backend.media.service import storage
from backend.settings import settings
from tests.media.small_s3 import Bucket, serving
from tests.parts.running import on_this_machine


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with serving() as started:
        yield started


@contextmanager
def variables(**changed: str) -> Iterator[None]:
    before = {name: os.environ.get(name, "") for name in changed}
    os.environ.update(changed)
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.update(before)  # an empty variable is as good as none
        settings.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with variables(LINLI_HOME=str(tmp_path / "home"), LINLI_STORAGE_URL=""):
        yield tmp_path / "home" / "media"


@pytest.fixture
def remote(folder: Path, bucket: Bucket) -> Iterator[Bucket]:
    with variables(LINLI_STORAGE_URL=bucket.url):
        yield bucket


@pytest.fixture(params=["folder", "remote"])
def store(request: pytest.FixtureRequest) -> object:
    return request.getfixturevalue(request.param)


async def test_what_is_put_is_got_until_it_is_dropped(store: object) -> None:
    owner, file_id = uuid4(), uuid4()
    data = os.urandom(6_000_000)
    await storage.put(owner, file_id, "320", data)
    await storage.put(owner, file_id, "staged", b"first")
    await storage.put(owner, file_id, "staged", b"second")
    assert await storage.get(owner, file_id, "320") == data
    assert await storage.get(owner, file_id, "staged") == b"second"
    for _ in range(3):
        await storage.drop(owner, file_id, "staged")
    with pytest.raises(storage.FileMissing):
        await storage.get(owner, file_id, "staged")
    assert await storage.get(owner, file_id, "320") == data


async def test_all_files_of_a_medium_go_and_no_others(store: object) -> None:
    owner, file_id, neighbour = uuid4(), uuid4(), uuid4()
    for name in ("320", "720", "1440", "staged"):
        await storage.put(owner, file_id, name, b"webp")
    await storage.put(owner, neighbour, "320", b"webp")
    for _ in range(3):
        await storage.drop_all(owner, file_id)
    assert [(found_owner, file) async for found_owner, file, _ in storage.files()] == [(owner, neighbour)]


async def test_every_file_is_listed_with_its_age(store: object) -> None:
    made = {(uuid4(), uuid4()) for _ in range(7)}
    for owner, file_id in made:
        await storage.put(owner, file_id, "320", b"webp")
    listed = [(owner, file_id) async for owner, file_id, _ in storage.files()]
    assert (set(listed), len(listed)) == (made, 7)
    async for _, _, changed_at in storage.files():
        assert abs(changed_at.timestamp() - time.time()) < 60


async def test_an_empty_store_has_nothing(store: object) -> None:
    assert [found async for found in storage.files()] == []
    await storage.drop_all(uuid4(), uuid4())
    with pytest.raises(storage.FileMissing):
        await storage.get(uuid4(), uuid4(), "320")


async def test_keys_carry_the_account_and_a_random_name(remote: Bucket) -> None:
    owner, file_id = uuid4(), uuid4()
    await storage.put(owner, file_id, "320", b"webp")
    assert list(remote.objects) == [f"/pictures/linli/accounts/{owner}/{file_id}/320"]


async def test_an_object_store_that_is_away_is_said_soon(remote: Bucket) -> None:
    remote.failing = True
    began = time.monotonic()
    for call in (storage.put(uuid4(), uuid4(), "320", b"x"), storage.get(uuid4(), uuid4(), "320")):
        with pytest.raises(storage.StorageAway):
            await call
    assert time.monotonic() - began < on_this_machine(20)
    remote.failing = False
    await storage.put(uuid4(), uuid4(), "320", b"x")


async def test_the_folder_is_for_its_owner_alone(folder: Path) -> None:
    await storage.put(uuid4(), uuid4(), "320", b"webp")
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
