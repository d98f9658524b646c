"""What hasn't changed isn't sent again; what has changed isn't overwritten unseen."""

from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, Response, get, patch

from backend.core.etag import TAGGED_MAX_BYTES, Tagged, require_match, version_etag
from backend.core.guard import Guard
from backend.core.problems import EXCEPTION_HANDLERS
from tests.core.asgi import call

shown: dict[str, Any] = {"n": 1}


@get("/api/v1/plain")
async def plain() -> dict[str, Any]:
    return dict(shown)


@get("/api/v1/versioned")
async def versioned() -> Response[dict[str, Any]]:
    return Response(dict(shown), headers={"ETag": version_etag(7)})


@get("/api/v1/secret")
async def secret() -> Response[dict[str, Any]]:
    return Response(dict(shown), headers={"Cache-Control": "no-store"})


@get("/api/v1/large")
async def large() -> str:
    return "x" * TAGGED_MAX_BYTES


@get("/page")
async def page() -> dict[str, Any]:
    return dict(shown)


@get("/api/v1/missing", status_code=404)
async def missing() -> dict[str, Any]:
    return {}


@patch("/api/v1/versioned")
async def edit(request: Request[Any, Any, Any]) -> dict[str, Any]:
    require_match(request, 7)
    return {}


def client() -> httpx.AsyncClient:
    routes = [plain, versioned, secret, large, page, missing, edit]
    app = Guard(Tagged(Litestar(routes, exception_handlers=EXCEPTION_HANDLERS, logging_config=None)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://linli.test")


async def test_unchanged_is_304_and_changed_is_sent() -> None:
    async with client() as http:
        first = await http.get("/api/v1/plain")
        tag = first.headers["etag"]
        again = await http.get("/api/v1/plain", headers={"If-None-Match": tag})
        shown["n"] = 2
        changed = await http.get("/api/v1/plain", headers={"If-None-Match": tag})
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in again.headers
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


@pytest.mark.parametrize("form", ["{bare}", 'W/"other", {tag}', "*", '"x",{bare} ,"y"'])
async def test_forms_of_if_none_match(form: str) -> None:
    async with client() as http:
        tag = (await http.get("/api/v1/plain")).headers["etag"]
        wanted = form.format(tag=tag, bare=tag.removeprefix("W/"))
        response = await http.get("/api/v1/plain", headers={"If-None-Match": wanted})
    assert response.status_code == 304


@pytest.mark.parametrize("wanted", ['"other"', "", "nonsense", "W/", '"'])
async def test_other_tags_don_t_match(wanted: str) -> None:
    async with client() as http:
        assert (await http.get("/api/v1/plain", headers={"If-None-Match": wanted})).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/secret", "/api/v1/large", "/page", "/api/v1/missing"])
async def test_the_rest_passes_untouched(path: str) -> None:
    async with client() as http:
        response = await http.get(path, headers={"If-None-Match": "*"})
    assert response.status_code in (200, 404)
    assert "etag" not in response.headers


async def test_version_and_bytes_are_both_in_the_tag() -> None:
    async with client() as http:
        one = (await http.get("/api/v1/versioned")).headers["etag"]
        shown["n"] += 1
        two = (await http.get("/api/v1/versioned")).headers["etag"]
        edits = [await http.patch("/api/v1/versioned", headers={"If-Match": tag}) for tag in (one, two)]
    assert one.startswith('"v7.') and two.startswith('"v7.') and one != two
    assert [edit.status_code for edit in edits] == [200, 200]


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ('"v7"', 200, None),
        ('"v6", "v7.abc"', 200, None),
        (None, 428, "core.precondition_required"),
        ('"v6"', 412, "core.precondition_failed"),
        ('"v70"', 412, "core.precondition_failed"),
        ('W/"v7"', 412, "core.precondition_failed"),
        ("*", 412, "core.precondition_failed"),
        ("v7", 412, "core.precondition_failed"),
        ('"v٧"', 412, "core.precondition_failed"),
        ('"v7"' + " " * 600, 400, "core.malformed"),
    ],
)
async def test_edits_bring_the_version_they_saw(header: str | None, status: int, code: str | None) -> None:
    headers = [] if header is None else [(b"if-match", header.encode())]
    app = Guard(Tagged(Litestar([edit], exception_handlers=EXCEPTION_HANDLERS, logging_config=None)))
    answer = await call(app, "PATCH", "/api/v1/versioned", headers=headers)
    assert answer.status == status
    if code:
        assert answer.problem["code"] == code


async def test_streams_are_not_held_back() -> None:
    async def streaming(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"[1,", "more_body": True})
        await send({"type": "http.response.body", "body": b"2]", "more_body": False})

    answer = await call(Tagged(streaming), path="/api/v1/stream")
    assert (answer.status, answer.body, answer.header("etag")) == (200, b"[1,2]", None)
