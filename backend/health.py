"""Whether this process lives, and whether the house can serve."""

import asyncio
from datetime import timedelta
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from redis.exceptions import RedisError

from backend.core import metrics
from backend.core.auth import PUBLIC, rule
from backend.core.clock import now
from backend.core.database import fetchval, pool
from backend.core.errors import NotFound, Unavailable
from backend.core.failures import classify
from backend.core.limits import unlimited
from backend.core.live import redis
from backend.inbox.queries.pushes import push_counts
from backend.media.service import check_storage

WORKER_SILENT_AFTER = timedelta(seconds=30)
"""A worker beats every 5 seconds; six missed beats are an absence."""
PART_TIMEOUT_S = 2.0

PartState = Literal["up", "down"]


class Health(msgspec.Struct, frozen=True):
    """`ready` is green when the database answers; the other parts may be away for a while."""

    state: Literal["ready", "degraded", "down"]
    parts: dict[str, PartState]


@get("/health/live", opt=rule(PUBLIC) | unlimited())
async def live() -> dict[str, str]:
    """This process answers."""
    return {"state": "live"}


@get("/health/ready", opt=rule(PUBLIC))
async def ready() -> Response[Health]:
    """503 while the database is away; `degraded` while another part is."""
    database, worker = await _database()
    parts: dict[str, PartState] = {
        "database": database,
        "redis": await _redis(),
        "worker": worker,
        "storage": await _storage(),
    }
    state: Literal["ready", "degraded", "down"] = (
        "down" if database == "down" else "degraded" if "down" in parts.values() else "ready"
    )
    return Response(Health(state, parts), status_code=503 if state == "down" else 200)


@get("/metrics", opt=rule(PUBLIC), media_type=metrics.CONTENT_TYPE, include_in_schema=False)
async def read_metrics(request: Request[Any, Any, Any]) -> bytes:
    """Prometheus text, for this machine or with the token."""
    if not metrics.may_read_metrics(request.scope):
        raise NotFound()
    opened = pool()
    metrics.note_pool(size=opened.get_size(), idle=opened.get_idle_size())
    await _note_pushes()
    return metrics.exposition()


async def _note_pushes() -> None:
    """The other numbers are worth reading while the database is away."""
    try:
        async with asyncio.timeout(PART_TIMEOUT_S):
            counts = await push_counts()
    except Exception as error:
        if classify(error) == "bug":
            raise
        return
    for provider, result, pushes in counts:
        metrics.note_pushes(provider, result, pushes)


async def _database() -> tuple[PartState, PartState]:
    """The database, and by the beat that it keeps in it, the worker."""
    try:
        async with asyncio.timeout(PART_TIMEOUT_S):
            beat = await fetchval("SELECT max(at) FROM worker_beat")
    except Exception as error:
        if classify(error) == "bug":
            raise
        return "down", "down"
    return "up", "up" if beat is not None and beat > now() - WORKER_SILENT_AFTER else "down"


async def _redis() -> PartState:
    try:
        async with asyncio.timeout(PART_TIMEOUT_S):
            await redis().ping()
    except (RedisError, OSError, TimeoutError):
        return "down"
    return "up"


async def _storage() -> PartState:
    try:
        async with asyncio.timeout(PART_TIMEOUT_S):
            await check_storage()
    except (Unavailable, TimeoutError):
        return "down"
    return "up"


ROUTES = [live, ready, read_metrics]
