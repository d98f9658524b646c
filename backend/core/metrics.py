"""What Prometheus reads: rates, times and sizes by route template. Never an id, a name or a path as a label.

`/api/v1/metrics` answers this machine, or whoever brings LINLI_METRICS_TOKEN; everybody else gets a 404.
"""

import hmac
import time
from collections.abc import Mapping
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from backend.core.peers import is_loopback
from backend.settings import settings

REGISTRY = CollectorRegistry(auto_describe=False)
LATENCY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter(
    "linli_requests_total", "Answers by route, method and status.", ["route", "method", "status"], registry=REGISTRY
)
LATENCY = Histogram(
    "linli_request_seconds",
    "Time from the request's head to the answer's end.",
    ["route", "method"],
    buckets=LATENCY_BUCKETS_S,
    registry=REGISTRY,
)
STATEMENTS = Counter("linli_statements_total", "Statements sent to PostgreSQL.", registry=REGISTRY)
POOL = Gauge("linli_pool_connections", "Connections to PostgreSQL by state.", ["state"], registry=REGISTRY)
JOBS = Counter("linli_jobs_total", "Jobs by entrypoint and outcome.", ["entrypoint", "outcome"], registry=REGISTRY)
PUSHES = Gauge("linli_pushes", "Pushes so far by provider and result.", ["provider", "result"], registry=REGISTRY)
QUEUE = Gauge("linli_queue_jobs", "Jobs on the queue by status.", ["status"], registry=REGISTRY)
LIMIT_HITS = Counter("linli_limit_hits_total", "Requests refused by a limit.", ["limit"], registry=REGISTRY)
SOCKETS = Gauge("linli_sockets", "Sockets open, by whether they have said hello.", ["state"], registry=REGISTRY)
FRAMES = Counter("linli_socket_frames_total", "Frames of sockets, in and out.", ["direction"], registry=REGISTRY)
SOCKET_CLOSES = Counter("linli_socket_closes_total", "Sockets that we closed, by code.", ["code"], registry=REGISTRY)
HINTS_LOST = Counter("linli_hints_lost_total", "Hints that could not be published.", registry=REGISTRY)
HUB = Gauge("linli_hub_connected", "1 while hints come in from Redis.", registry=REGISTRY)


class Measured:
    """ASGI middleware around the whole application. The route template is known once Litestar has routed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        # `labels()` takes a lock and builds a tuple of strings each time; routes × methods × statuses are few.
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._histograms: dict[tuple[str, str], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        route = scope.get("path_template") or UNMATCHED
        method = scope["method"] if scope["method"] in METHODS else "other"
        counter = self._counters.get((route, method, status))
        if counter is None:
            counter = REQUESTS.labels(route, method, str(status))
            self._counters[(route, method, status)] = counter
        histogram = self._histograms.get((route, method))
        if histogram is None:
            histogram = self._histograms[(route, method)] = LATENCY.labels(route, method)
        counter.inc()
        histogram.observe(seconds)


def count_statement() -> None:
    STATEMENTS.inc()


def count_limit_hit(limit: str) -> None:
    """`limit` is a policy's name, never a subject."""
    LIMIT_HITS.labels(limit).inc()


def count_job(entrypoint: str, outcome: str) -> None:
    """Outcomes: done, failed, held."""
    JOBS.labels(entrypoint, outcome).inc()


def note_pushes(provider: str, result: str, pushes: int) -> None:
    """Results: sent, gone, refused, later, unknown. Counted by the workers, in the database."""
    PUSHES.labels(provider, result).set(pushes)


def note_queue(jobs_by_status: Mapping[str, int]) -> None:
    for status, jobs in jobs_by_status.items():
        QUEUE.labels(status).set(jobs)


def note_pool(*, size: int, idle: int) -> None:
    POOL.labels("busy").set(size - idle)
    POOL.labels("idle").set(idle)


def exposition() -> bytes:
    """The whole registry in Prometheus' text format."""
    return generate_latest(REGISTRY)


def may_read_metrics(scope: Mapping[str, Any]) -> bool:
    """From this machine, or with the token. The route answers 404 to others, as if it weren't there."""
    if is_loopback(scope):
        return True
    token = settings().metrics_token
    header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    return bool(token) and hmac.compare_digest(header, f"Bearer {token}".encode())
