"""Where files lie: a folder, or S3, by the same calls (`obstore`). Keys are `accounts/<account>/<file>/<name>`."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from backend.core.errors import Unavailable
from backend.settings import settings

PRIVATE_FOLDER_MODE = 0o700
S3_CONNECT_TIMEOUT = timedelta(seconds=2)
S3_TIMEOUT = timedelta(seconds=10)
"""10 MB at 1 MB/s; obstore by itself would try for three minutes, with a person waiting."""
S3_RETRIES = 2
LIST_CHUNK = 1000


class StorageAway(Unavailable):
    """The disk is full or read-only, or the object store does not answer."""

    code = "media.storage_away"


class FileMissing(Exception):
    """There is no such file (any more)."""


async def put(owner: UUID, file: UUID, name: str, data: bytes) -> None:
    """Whole or not at all; a file of that name is replaced. Raises StorageAway."""
    try:
        await obstore.put_async(_store(), f"{_folder(owner, file)}/{name}", data, use_multipart=False)
    except (BaseError, OSError) as problem:
        raise StorageAway() from problem


async def get(owner: UUID, file: UUID, name: str) -> bytes:
    """Raises FileMissing, StorageAway."""
    try:
        found = await obstore.get_async(_store(), f"{_folder(owner, file)}/{name}")
        return bytes(await found.bytes_async())
    except (NotFoundError, FileNotFoundError):
        raise FileMissing(name) from None
    except (BaseError, OSError) as problem:
        raise StorageAway() from problem


async def drop(owner: UUID, file: UUID, name: str) -> None:
    """Harmless when it is gone already. Raises StorageAway."""
    await _drop_path(f"{_folder(owner, file)}/{name}")


async def drop_all(owner: UUID, file: UUID) -> None:
    """Every file of one medium."""
    async for path, _ in _listed(_folder(owner, file)):
        await _drop_path(path)


async def files() -> AsyncIterator[tuple[UUID, UUID, datetime]]:
    """(owner, file, last change) of every stored file of ours; a medium with several comes several times."""
    async for path, changed_at in _listed("accounts"):
        parts = path.split("/")
        try:
            yield UUID(parts[1]), UUID(parts[2]), changed_at
        except (IndexError, ValueError):
            continue  # not written by us, so not ours to judge


async def _listed(prefix: str) -> AsyncIterator[tuple[str, datetime]]:
    try:
        async for chunk in obstore.list(_store(), prefix, chunk_size=LIST_CHUNK):
            for meta in chunk:
                yield meta["path"], meta["last_modified"]
    except (BaseError, OSError) as problem:
        raise StorageAway() from problem


async def _drop_path(path: str) -> None:
    try:
        await obstore.delete_async(_store(), path)
    except (NotFoundError, FileNotFoundError):
        pass
    except (BaseError, OSError) as problem:
        raise StorageAway() from problem


def _folder(owner: UUID, file: UUID) -> str:
    return f"accounts/{owner}/{file}"


def _store() -> ObjectStore:
    url = settings().storage_url
    return _remote(url) if url else _local(str(settings().home.absolute() / "media"))


@cache
def _local(folder: str) -> ObjectStore:
    Path(folder).mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
    return LocalStore(folder, automatic_cleanup=True)


@cache
def _remote(url: str) -> ObjectStore:
    """`s3://bucket/prefix?endpoint=https://…&region=…&access_key_id=…&secret_access_key=…`.

    What the URL leaves out comes from the usual AWS_* variables. An `http://` endpoint is taken at its word: it is
    the operator's own network.
    """
    parts = urlsplit(url)
    # One DELETE a key: several S3-compatible stores, Alibaba Cloud's OSS among them, have no bulk deletion.
    options: Any = {"disable_bulk_delete": "true", **dict(parse_qsl(parts.query))}
    return S3Store.from_url(
        f"{parts.scheme}://{parts.netloc}{parts.path}",
        config=options,
        client_options={
            "allow_http": options.get("endpoint", "").startswith("http://"),
            "connect_timeout": S3_CONNECT_TIMEOUT,
            "timeout": S3_TIMEOUT,
        },
        retry_config={"max_retries": S3_RETRIES, "retry_timeout": S3_TIMEOUT},
    )
