"""Exactly n pass; a lost cache opens the ordinary limits and never the strict ones."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from backend.core import buckets, limits
from backend.core.buckets import BUCKETS, CIRCUIT_OPEN_S
from backend.core.guard import Guard
from backend.core.limits import (
    ACCOUNT,
    ACTIONS,
    ADDRESS,
    Policy,
    limited,
    spend_ordinary,
    unlimited,
)
from backend.core.live import close_redis, open_redis, redis
from backend.core.problems import EXCEPTION_HANDLERS
from backend.settings import settings
from tests.core.asgi import Answer, call
from tests.parts.running import on_this_machine
from tests.parts_fixture import Parts

SEARCH = ACTIONS["search"]
TOKEN_S = 60
SLOW_PICTURE = Policy("picture", 1, TOKEN_S, burst=25, lease=10)
SLOW_SEARCH = Policy("search", 1, TOKEN_S, burst=SEARCH.burst)
SLOW_ACCOUNT = Policy("account", 1, TOKEN_S, burst=ACCOUNT.burst)
"""No token comes back while a test runs."""
PATIENCE_MS = 2000


async def ask(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    account = connection.headers.get("x-account")
    await spend_ordinary(connection, account_id=UUID(account) if account else None)


@get("/api/plain")
async def plain() -> None: ...


@get("/api/search", opt=limited("search"))
async def search() -> None: ...


@get("/api/picture", opt=limited("picture"))
async def picture() -> None: ...


@get("/api/free", opt=unlimited())
async def free() -> None: ...


@pytest.fixture
async def app(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Guard]:
    monkeypatch.setenv("LINLI_RATE_SCALE", "1")
    # A machine with other work is not a Redis that is away, and gives no token back while it works.
    monkeypatch.setattr(buckets, "REDIS_DEADLINE_MS", PATIENCE_MS)
    monkeypatch.setitem(ACTIONS, "search", SLOW_SEARCH)
    monkeypatch.setattr(limits, "ACCOUNT", SLOW_ACCOUNT)
    settings.cache_clear()
    BUCKETS.circuit.worked()
    await open_redis()
    await redis().flushall()
    routes = [plain, search, picture, free]
    yield Guard(Litestar(routes, guards=[ask], exception_handlers=EXCEPTION_HANDLERS, logging_config=None))
    await BUCKETS.stop()
    await close_redis()
    BUCKETS.circuit.worked()
    settings.cache_clear()


async def read(
    app: Guard, path: str, *, account: UUID | None = None, client: str = "192.0.2.1", headers: list[Any] | None = None
) -> Answer:
    own = [(b"x-account", str(account).encode())] if account else []
    return await call(app, path=path, headers=[*own, *(headers or [])], client=(client, 1))


async def statuses(app: Guard, path: str, times: int, **who: Any) -> list[int]:
    return [(await read(app, path, **who)).status for _ in range(times)]


async def test_exactly_the_burst_passes(app: Guard) -> None:
    account = uuid4()
    assert await statuses(app, "/api/search", SEARCH.burst, account=account) == [200] * SEARCH.burst
    refused = await read(app, "/api/search", account=account)
    assert (refused.status, refused.problem["code"]) == (429, "core.too_many")
    wait = int(refused.header("retry-after") or 0)
    assert 1 <= wait <= TOKEN_S + 1
    assert str(wait) in refused.problem["detail"]
    assert await statuses(app, "/api/search", 1, account=uuid4()) == [200], "another account has its own"


async def test_exactly_the_burst_passes_at_once(app: Guard) -> None:
    account = uuid4()
    answers = await asyncio.gather(*(read(app, "/api/search", account=account) for _ in range(60)))
    assert [a.status for a in answers].count(200) == SEARCH.burst


async def test_a_token_comes_back_in_time(app: Guard) -> None:
    account = uuid4()
    await statuses(app, "/api/search", SEARCH.burst, account=account)
    assert await statuses(app, "/api/search", 1, account=account) == [429]
    # The bucket is full so much sooner: as if a token's time had passed.
    await redis().decrby(f"limit:{{a:{account}}}:search", TOKEN_S * 1_000_000)
    assert await statuses(app, "/api/search", 2, account=account) == [200, 429]


async def test_a_refused_request_pays_nothing(app: Guard) -> None:
    account = uuid4()
    await statuses(app, "/api/search", SEARCH.burst, account=account)
    before = _left(await read(app, "/api/search", account=account), "account")
    after = _left(await read(app, "/api/search", account=account), "account")
    assert after >= before
    assert before == ACCOUNT.burst - SEARCH.burst - 1


async def test_headers_tell_what_is_left(app: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIONS, "search", SEARCH)
    monkeypatch.setattr(limits, "ACCOUNT", ACCOUNT)
    answer = await read(app, "/api/search", account=uuid4())
    assert answer.header("ratelimit-policy") == '"account";q=120;w=60, "search";q=30;w=60'
    assert answer.header("ratelimit") == f'"account";r={ACCOUNT.burst - 1};t=0, "search";r={SEARCH.burst - 1};t=0'


async def test_strangers_are_counted_by_address(app: Guard) -> None:
    answer = await read(app, "/api/plain", client="192.0.2.7")
    assert _left(answer, "address") == ADDRESS.burst - 1
    assert _left(await read(app, "/api/plain", client="192.0.2.7"), "address") <= ADDRESS.burst - 1
    await statuses(app, "/api/search", SEARCH.burst, client="192.0.2.7")
    assert await statuses(app, "/api/search", 1, client="192.0.2.7") == [429]
    assert await statuses(app, "/api/search", 1, client="192.0.2.8") == [200]


async def test_ipv6_is_counted_by_network(app: Guard) -> None:
    for n in range(SEARCH.burst):
        assert (await read(app, "/api/search", client=f"2001:db8:1:2::{n + 1:x}")).status == 200
    assert (await read(app, "/api/search", client="2001:db8:1:2:ffff::1")).status == 429
    assert (await read(app, "/api/search", client="2001:db8:1:3::1")).status == 200
    assert (await read(app, "/api/search", client="::ffff:192.0.2.9")).status == 200


async def test_a_forwarded_address_is_believed_from_a_trusted_proxy_only(
    app: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def through(spoofed: str, *, peer: str = "10.0.0.1") -> int:
        headers = [(b"x-forwarded-for", f"{spoofed}, 198.51.100.1".encode())]
        return (await read(app, "/api/search", client=peer, headers=headers)).status

    assert [await through(f"203.0.113.{n}") for n in range(SEARCH.burst)] == [200] * SEARCH.burst
    assert await through("203.0.113.99") == 429, "untrusted: the peer is counted"
    monkeypatch.setenv("LINLI_TRUSTED_PROXIES", "10.0.0.0/24")
    settings.cache_clear()
    assert [await through(f"203.0.113.{n}") for n in range(SEARCH.burst)] == [200] * SEARCH.burst
    assert await through("203.0.113.99") == 429, "trusted: the hop that it saw is counted, not what that hop claimed"
    assert await through("nonsense", peer="10.0.0.2") == 429


async def test_pictures_are_counted_apart(app: Guard) -> None:
    answer = await read(app, "/api/picture")
    assert answer.header("ratelimit-policy") == '"picture";q=3000;w=60'
    assert (await read(app, "/api/free")).header("ratelimit") is None


async def test_exactly_the_burst_passes_where_tokens_are_leased(app: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIONS, "picture", SLOW_PICTURE)
    account = uuid4()
    passed = await statuses(app, "/api/picture", SLOW_PICTURE.burst, account=account)
    assert passed == [200] * SLOW_PICTURE.burst
    assert await statuses(app, "/api/picture", 2, account=account) == [429, 429]
    assert await statuses(app, "/api/picture", 1, account=uuid4()) == [200], "another account has its own"


async def test_a_lease_is_asked_for_once_and_paid_whole(app: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIONS, "picture", SLOW_PICTURE)
    account = uuid4()
    first = await read(app, "/api/picture", account=account)
    assert _left(first, "picture") == SLOW_PICTURE.burst - 1
    asked = await scripts_run()
    lefts = [_left(await read(app, "/api/picture", account=account), "picture") for _ in range(SLOW_PICTURE.lease)]
    assert lefts == [SLOW_PICTURE.burst - 2 - n for n in range(SLOW_PICTURE.lease)]
    assert await scripts_run() == asked + 1, "the next lease, and none before"
    paid = await BUCKETS.take([f"limit:{{a:{account}}}:picture"], [TOKEN_S * 1_000_000, SLOW_PICTURE.burst, 1])
    assert paid is not None and paid[1] == SLOW_PICTURE.burst - 2 * SLOW_PICTURE.lease - 1


async def scripts_run() -> int:
    return int((await redis().info("commandstats"))["cmdstat_evalsha"]["calls"])


@pytest.mark.parametrize(("scale", "passes"), [("0", 60), ("2", SEARCH.burst * 2)])
async def test_benches_may_scale_or_switch_off(
    app: Guard, monkeypatch: pytest.MonkeyPatch, scale: str, passes: int
) -> None:
    monkeypatch.setenv("LINLI_RATE_SCALE", scale)
    settings.cache_clear()
    account = uuid4()
    answers = await asyncio.gather(*(read(app, "/api/search", account=account) for _ in range(60)))
    assert [a.status for a in answers].count(200) == passes


async def test_redis_that_forgot_its_scripts_learns_again(app: Guard) -> None:
    account = uuid4()
    await read(app, "/api/search", account=account)
    await redis().script_flush()
    assert await statuses(app, "/api/search", SEARCH.burst, account=account) == [200] * (SEARCH.burst - 1) + [429]


async def test_a_question_under_way_ends_before_the_client_is_closed(app: Guard) -> None:
    """Asked by somebody who has left: it would connect again behind the closing, and that connection nobody ends."""
    leaving = asyncio.create_task(BUCKETS.take(["limit:one"], [60_000_000, 1, 1]))
    await asyncio.sleep(0)
    assert BUCKETS._sender is not None and not BUCKETS._sender.done()
    leaving.cancel()
    await BUCKETS.stop()
    assert BUCKETS._sender.done()
    assert await statuses(app, "/api/search", 1) == [200], "and it may be asked again"


async def test_killed_redis_lets_everybody_through_and_limits_return(app: Guard, parts: Parts) -> None:
    account = uuid4()
    await statuses(app, "/api/search", SEARCH.burst, account=account)
    assert await statuses(app, "/api/search", 1, account=account) == [429]
    pid = parts.pids["valkey"]
    parts.kill("valkey")
    try:
        assert parts.pids["valkey"] != pid
        with pytest.raises(Exception, match=r".*"):
            await redis().ping()
        began = time.perf_counter()
        answers = [await read(app, "/api/search", account=account) for _ in range(100)]
        took = time.perf_counter() - began
        assert [a.status for a in answers] == [200] * 100
        assert answers[0].header("ratelimit") is None
        assert took < on_this_machine(100 * 0.05), "one caller a second waits for Redis, not each"
    finally:
        parts.start("valkey")
    await until_counted(app)
    assert await statuses(app, "/api/search", SEARCH.burst + 1, account=account) == [200] * SEARCH.burst + [429]


async def test_stalled_redis_costs_one_deadline(app: Guard, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "REDIS_DEADLINE_MS", 500)
    account = uuid4()
    await read(app, "/api/search", account=account)
    pid = parts.pids["valkey"]
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.perf_counter()
        assert await statuses(app, "/api/search", 30, account=account) == [200] * 30
        assert time.perf_counter() - began < 30 * 0.5 / 2, "one deadline, or a few, and not one each"
    finally:
        os.kill(pid, signal.SIGCONT)
    await until_counted(app)


async def until_counted(app: Guard) -> None:
    """Until somebody else's requests are counted again; each try in vain makes the circuit wait once more."""
    for _ in range(100):
        if (await read(app, "/api/search", account=uuid4())).header("ratelimit") is not None:
            return
        await asyncio.sleep(CIRCUIT_OPEN_S / 10)
    raise AssertionError("requests are not counted again")


def _left(answer: Answer, policy: str) -> int:
    found = (answer.header("ratelimit") or "").split(f'"{policy}";r=')
    return int(found[1].split(";")[0])
