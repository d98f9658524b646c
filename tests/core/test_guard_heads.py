"""What a request's head may hold, and what every answer's does: hostile paths, methods and lengths; our own headers."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core import guard
from backend.core.answer_headers import PAGE_POLICY
from backend.core.guard import Guard
from tests.core.asgi import Echo, call


async def test_head_size() -> None:
    used = len(b"host") + len(b"linli.test") + len(b"x-pad")
    fits = (b"x-pad", b"x" * (guard.HEAD_MAX_BYTES - used))
    assert (await call(Guard(Echo()), headers=[fits])).status == 200
    answer = await call(Guard(Echo()), headers=[(b"x-pad", fits[1] + b"x")])
    assert (answer.status, answer.problem["code"]) == (431, "core.head_too_large")


HOSTILE_PATHS = [
    b"/a%00b",
    b"/a%0d%0ab",
    b"/a%7f",
    b"/a%c2%85",
    b"/%ff",
    b"/%c0%af",
    b"/%ed%a0%80",
    b"/%zz",
    b"/100%",
    b"/a\x80",
    b"/%e2%80%a8",
]


@pytest.mark.parametrize("raw", HOSTILE_PATHS)
async def test_hostile_paths_and_queries(raw: bytes) -> None:
    path = raw.decode("latin-1")
    assert (await call(Guard(Echo()), path=path, raw_path=raw)).status == 400
    assert (await call(Guard(Echo()), path="/a", query=b"q=" + raw)).status == 400


@pytest.mark.parametrize("path", ["/../etc/passwd", "/a/../b", "/a/..", "/a\\b"])
async def test_paths_that_climb(path: str) -> None:
    assert (await call(Guard(Echo()), path=path)).status == 400


async def test_plain_and_chinese_targets_pass() -> None:
    encoded = b"/%E7%BF%A0%E6%B9%96"
    assert (await call(Guard(Echo()), path="/翠湖", raw_path=encoded, query=b"q=" + encoded)).status == 200
    assert (await call(Guard(Echo()), path="/a-b_c.d~e/.well-known", query=b"a=1&b=2+3%20")).status == 200


async def test_path_and_query_limits() -> None:
    longest = "/" + "a" * (guard.PATH_MAX_BYTES - 1)
    assert (await call(Guard(Echo()), path=longest)).status == 200
    assert (await call(Guard(Echo()), path=longest + "a")).status == 400
    assert (await call(Guard(Echo()), query=b"a" * guard.QUERY_MAX_BYTES)).status == 200
    assert (await call(Guard(Echo()), query=b"a" * (guard.QUERY_MAX_BYTES + 1))).status == 400


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", ""])
async def test_other_methods(method: str) -> None:
    assert (await call(Guard(Echo()), method)).status == 405


async def test_method_override_is_ignored() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["method"])
        await Echo()(scope, receive, send)

    await call(Guard(app), "GET", headers=[(b"x-http-method-override", b"DELETE")], query=b"_method=DELETE")
    assert seen == ["GET"]


@given(st.binary(max_size=60), st.binary(max_size=60))
@settings(max_examples=500, deadline=None)
async def test_no_target_breaks_the_guard(raw: bytes, query: bytes) -> None:
    raw = b"/" + raw
    answer = await call(Guard(Echo()), path=raw.decode("latin-1"), raw_path=raw, query=query)
    assert answer.status in (200, 400)


async def test_refusals_speak_the_caller_s_language() -> None:
    english = await call(Guard(Echo()), "TRACE", headers=[(b"accept-language", b"en")])
    chinese = await call(Guard(Echo()), "TRACE")
    assert (english.header("content-language"), chinese.header("content-language")) == ("en", "zh-CN")
    assert english.problem["detail"].isascii()
    assert not chinese.problem["detail"].isascii()


async def test_every_answer_has_its_own_request_id() -> None:
    given = (b"x-request-id", b"mine")
    ids = [(await call(Guard(Echo()), headers=[given])).header("x-request-id") for _ in range(3)]
    ids.append((await call(Guard(Echo()), "TRACE")).header("x-request-id"))
    assert len(set(ids)) == 4
    assert "mine" not in ids


async def test_security_headers() -> None:
    page = await call(Guard(Echo(b"text/html; charset=utf-8"), https_only=True), path="/desk")
    data = await call(Guard(Echo()), path="/api/v1/me")
    refused = await call(Guard(Echo()), "TRACE", path="/api/v1/me")
    for answer in (page, data, refused):
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("x-frame-options") == "DENY"
        assert answer.header("referrer-policy") == "same-origin"
    assert page.header("content-security-policy") == PAGE_POLICY.decode()
    assert "unsafe-inline" not in PAGE_POLICY.decode().split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in PAGE_POLICY.decode()
    assert page.header("strict-transport-security") and not data.header("strict-transport-security")
    assert (data.header("content-security-policy") or "").startswith("default-src 'none'")
    assert data.header("cache-control") == "no-store"
    assert page.header("cache-control") is None


async def test_a_handler_s_own_headers_stay() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        own = [(b"content-security-policy", b"sandbox"), (b"cache-control", b"public, max-age=60")]
        await send({"type": "http.response.start", "status": 200, "headers": own})
        await send({"type": "http.response.body", "body": b""})

    answer = await call(Guard(app), path="/api/v1/media/1/320")
    assert answer.header("content-security-policy") == "sandbox"
    assert answer.header("cache-control") == "public, max-age=60"


async def test_what_breaks_behind_the_guard_is_a_bare_500() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("secret 13800000011")

    answer = await call(Guard(broken), path="/api/v1/x")
    assert answer.status == 500
    assert answer.problem["request_id"] == answer.header("x-request-id")
    assert b"secret" not in answer.body and b"ValueError" not in answer.body


@pytest.mark.parametrize("path", ["/api/v1/socket", "/api/v1/soc\x00ket"])
async def test_sockets_meet_the_guard_too(path: str) -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": []}
    await Guard(app)(scope, None, send)  # type: ignore[arg-type]
    assert sent == ["websocket.close" if "\x00" in path else "websocket.accept"]
