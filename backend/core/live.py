"""The one client for Redis or Valkey. What lives there may be lost at any moment: hints, caches, ordinary limits."""

from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from backend.settings import settings

SOCKET_TIMEOUT_S = 2.0
"""A stalled server is given up here; callers on a request's way set a shorter deadline of their own."""
CONNECT_TIMEOUT_S = 1.0
HEALTH_CHECK_S = 5
"""Half-open links are only noticed by asking."""
CONNECTIONS_MAX = 16
"""Callers beyond these wait their turn of 0.1 ms. A burst that opens a hundred connections waits far longer."""
RETRIES = 1
"""Once, at once: enough for a connection that went stale. redis-py's ten tries with waits make an outage a storm."""

_clients: list[Redis] = []


async def open_redis() -> Redis:
    """Makes the shared client. Doesn't connect: a process starts without Redis and finds it later."""
    if _clients:
        raise RuntimeError("the Redis client is open already")
    _clients.append(new_client())
    return _clients[0]


async def close_redis() -> None:
    while _clients:
        await _clients.pop().aclose()


def redis() -> Redis:
    if not _clients:
        raise RuntimeError("the Redis client is not open")
    return _clients[0]


def listening_client() -> Redis:
    """For a pub/sub connection: it tries nothing twice, and its time limits and its end are its caller's.

    redis-py sends under a limit of its own by `asyncio.wait_for`, which in Python 3.11 may swallow a cancellation: a
    task that listens could then not be ended.
    """
    return new_client(retries=0, socket_timeout_s=None)


def new_client(
    dsn: str | None = None, *, retries: int = RETRIES, socket_timeout_s: float | None = SOCKET_TIMEOUT_S
) -> Redis:
    """A client of its own. The caller closes it."""
    address = dsn or settings().redis_dsn
    options: dict[str, Any] = {} if address.startswith("unix:") else {"socket_keepalive": True}
    pool = BlockingConnectionPool.from_url(
        address,
        max_connections=CONNECTIONS_MAX,
        timeout=SOCKET_TIMEOUT_S,
        socket_timeout=socket_timeout_s,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        health_check_interval=HEALTH_CHECK_S,
        retry=Retry(NoBackoff(), retries),
        **options,
    )
    return Redis.from_pool(pool)
