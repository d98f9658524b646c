"""What is counted, under which labels, and who may read it."""

from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from prometheus_client.parser import text_string_to_metric_families

from backend.core import metrics
from backend.core.metrics import Measured, may_read_metrics
from backend.core.problems import EXCEPTION_HANDLERS
from backend.settings import settings
from tests.core.asgi import call


@get("/api/v1/measured/{name:str}")
async def measured(name: FromPath[str]) -> None:
    if name == "broken":
        raise ValueError(name)


def samples(name: str) -> dict[tuple[str, ...], float]:
    """By label values, in the order of the labels' names: method, route, status."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    found = [sample for family in families for sample in family.samples if sample.name == name]
    return {tuple(value for _, value in sorted(sample.labels.items())): sample.value for sample in found}


async def test_requests_are_counted_by_template_and_never_by_path() -> None:
    app = Measured(Litestar([measured], exception_handlers=EXCEPTION_HANDLERS, logging_config=None))
    secret = uuid4().hex
    await call(app, path=f"/api/v1/measured/{secret}")
    await call(app, path="/api/v1/measured/broken")
    await call(app, path=f"/nowhere/{secret}")
    await call(app, "BREW", path=f"/nowhere/{secret}")
    route = "/api/v1/measured/{name}"
    counted = samples("linli_requests_total")
    assert counted[("GET", route, "200")] == 1
    assert counted[("GET", route, "500")] == 1
    assert counted[("GET", "unmatched", "404")] >= 1
    assert {labels[0] for labels in counted} <= {*metrics.METHODS, "other"}
    assert secret not in metrics.exposition().decode()
    assert samples("linli_request_seconds_count")[("GET", route)] == 2


async def test_an_exception_that_escapes_is_a_500() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        scope["path_template"] = "/escaped"
        raise ValueError

    with pytest.raises(ValueError):
        await call(Measured(broken))
    assert samples("linli_requests_total")[("GET", "/escaped", "500")] == 1


def test_the_rest_is_counted() -> None:
    before = samples("linli_limit_hits_total").get(("test",), 0.0)
    metrics.count_limit_hit("test")
    metrics.count_job("test.job", "done")
    metrics.note_queue({"queued": 3})
    metrics.note_pool(size=5, idle=3)
    metrics.count_statement()
    assert samples("linli_limit_hits_total")[("test",)] == before + 1
    assert samples("linli_jobs_total")[("test.job", "done")] == 1
    assert samples("linli_queue_jobs")[("queued",)] == 3
    assert samples("linli_pool_connections") == {("busy",): 2, ("idle",): 3}
    assert samples("linli_statements_total")[()] >= 1


@pytest.mark.parametrize(
    ("peer", "headers", "allowed"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("192.0.2.1", [], False),
        ("127.0.0.1", [(b"x-forwarded-for", b"192.0.2.1")], False),
        ("127.0.0.1", [(b"forwarded", b"for=192.0.2.1")], False),
        ("192.0.2.1", [(b"authorization", b"Bearer right")], True),
        ("192.0.2.1", [(b"authorization", b"Bearer wrong")], False),
        ("192.0.2.1", [(b"authorization", b"Bearer ")], False),
    ],
)
def test_who_may_read_metrics(
    monkeypatch: pytest.MonkeyPatch, peer: str, headers: list[tuple[bytes, bytes]], allowed: bool
) -> None:
    monkeypatch.setenv("LINLI_METRICS_TOKEN", "right")
    settings.cache_clear()
    assert may_read_metrics({"client": (peer, 1), "headers": headers}) is allowed
    monkeypatch.undo()
    settings.cache_clear()


def test_without_a_token_no_bearer_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_METRICS_TOKEN", raising=False)
    settings.cache_clear()
    for header in (b"Bearer ", b"Bearer None", b""):
        assert not may_read_metrics({"client": ("192.0.2.1", 1), "headers": [(b"authorization", header)]})
    settings.cache_clear()
