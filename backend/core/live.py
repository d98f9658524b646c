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


def new_client(dsn: str | None = None, *, retries: int = RETRIES) -> Redis:
    """A client of its own, for a pub/sub connection. The caller closes it."""
    address = dsn or settings().redis_dsn
    options: dict[str, Any] = {} if address.startswith("unix:") else {"socket_keepalive": True}
    pool = BlockingConnectionPool.from_url(
        address,
        max_connections=CONNECTIONS_MAX,
        timeout=SOCKET_TIMEOUT_S,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        health_check_interval=HEALTH_CHECK_S,
        retry=Retry(NoBackoff(), retries),
        **options,
    )
    return Redis.from_pool(pool)
