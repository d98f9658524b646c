"""Whatever goes wrong leaves as one shape, in two languages, with nothing of the caller's or the house's in it."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.exceptions import ClientException, HTTPException, PermissionDeniedException
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from redis import exceptions as redis_errors

from backend.core import errors
from backend.core.errors import FieldError
from backend.core.guard import Guard
from backend.core.problems import EXCEPTION_HANDLERS, FIELDS_MAX, refusal_for

CANARY = "zq13800000011"
SOME_ID = "01990000-0000-7000-8000-000000000000"


class Part(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=5, pattern="^[a-z]+$")]


class Thing(msgspec.Struct, forbid_unknown_fields=True):
    number: Annotated[int, msgspec.Meta(ge=1, le=10)]
    kind: Literal["a", "b"]
    ids: list[UUID] = []
    parts: Annotated[list[Part], msgspec.Meta(max_length=3)] = []
    by_name: dict[str, int] = {}


RAISED: dict[str, Exception] = {
    "conflict": errors.Conflict(),
    "unauthenticated": errors.Unauthenticated(),
    "too-many": errors.TooMany(retry_after_s=7),
    "unavailable": errors.Unavailable(),
    "fields": errors.Invalid(fields=[FieldError("phone", "field.pattern"), FieldError("x", "field.value", "own")]),
    "litestar-403": PermissionDeniedException(CANARY),
    "litestar-418": HTTPException(CANARY, status_code=418),
    "litestar-400": ClientException(CANARY),
    "litestar-500": HTTPException(CANARY),
    "unique": asyncpg.UniqueViolationError(CANARY),
    "too-long": asyncpg.StringDataRightTruncationError(CANARY),
    "serialization": asyncpg.SerializationError(CANARY),
    "lost": ConnectionResetError(CANARY),
    "redis": redis_errors.ConnectionError(CANARY),
    "bug": ValueError(CANARY),
}


@get("/raise/{name:str}")
async def raising(name: FromPath[str]) -> None:
    raise RAISED[name]


@post("/things")
async def take(data: JSONBody[Thing]) -> None: ...


@get("/things/{thing_id:uuid}")
async def one(thing_id: FromPath[UUID]) -> None: ...


@get("/loose/{thing_id:str}")
async def loose(thing_id: FromPath[UUID]) -> None: ...


@get("/list")
async def listed(needed: FromQuery[str], limit: Annotated[int, QueryParameter(ge=1, le=50)] = 20) -> None: ...


def client(language: str = "en") -> httpx.AsyncClient:
    app = Guard(
        Litestar([raising, take, one, loose, listed], exception_handlers=EXCEPTION_HANDLERS, logging_config=None)
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://linli.test", headers={"accept-language": language}
    )


def refuse_echo(response: httpx.Response) -> None:
    assert "zq" not in response.text and "1380000" not in response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"]
    body = response.json()
    assert body["status"] == response.status_code
    assert {"type", "title", "status", "code", "detail"} <= body.keys()


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("conflict", 409, "core.conflict"),
        ("unauthenticated", 401, "core.unauthenticated"),
        ("too-many", 429, "core.too_many"),
        ("unavailable", 503, "core.unavailable"),
        ("fields", 422, "core.invalid"),
        ("litestar-403", 403, "core.forbidden"),
        ("litestar-418", 400, "core.malformed"),
        ("litestar-400", 400, "core.malformed"),
        ("litestar-500", 500, "core.internal"),
        ("unique", 409, "core.conflict"),
        ("too-long", 422, "core.invalid"),
        ("serialization", 503, "core.unavailable"),
        ("lost", 503, "core.unavailable"),
        ("redis", 503, "core.unavailable"),
        ("bug", 500, "core.internal"),
    ],
)
async def test_what_is_raised_becomes_a_problem(name: str, status: int, code: str) -> None:
    async with client() as http:
        response = await http.get(f"/raise/{name}")
    refuse_echo(response)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert ("retry-after" in response.headers) == (status in (429, 503))
    assert ("www-authenticate" in response.headers) == (status == 401)
    assert ("request_id" in response.json()) == (status == 500)


async def test_a_bug_says_nothing_but_its_request() -> None:
    async with client() as http:
        response = await http.get("/raise/bug")
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert "Error" not in response.json()["detail"]


async def test_waiting_time_is_said_twice_alike() -> None:
    async with client() as http:
        response = await http.get("/raise/too-many")
    assert response.headers["retry-after"] == "7"
    assert "7" in response.json()["detail"]


async def test_fields_have_sentences_in_the_caller_s_language() -> None:
    async with client("zh-CN") as http:
        chinese = (await http.get("/raise/fields")).json()
    assert chinese["errors"][0]["field"] == "phone"
    assert chinese["errors"][0]["code"] == "field.pattern"
    assert not chinese["errors"][0]["detail"].isascii()
    assert chinese["errors"][1]["detail"] == "own"


GOOD = {"number": 1, "kind": "a"}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"number": None}, "number", "field.type"),
        ({"number": CANARY}, "number", "field.type"),
        ({"number": 0}, "number", "field.range"),
        ({"number": 11}, "number", "field.range"),
        ({"number": 1.5}, "number", "field.type"),
        ({"kind": CANARY}, "kind", "field.value"),
        ({"ids": [CANARY]}, "ids[0]", "field.pattern"),
        ({"parts": [{"name": "x"}]}, "parts[0].name", "field.length"),
        ({"parts": [{"name": "zq1"}]}, "parts[0].name", "field.pattern"),
        ({"parts": [{}]}, "parts[0].name", "field.required"),
        ({"parts": [{"name": "abc"}] * 4}, "parts", "field.length"),
        ({"by_name": {CANARY: "x"}}, "by_name[...]", "field.type"),
        ({CANARY: 1}, "*", "field.unknown"),
        ({f"{CANARY}` - at `$.{CANARY}": 1}, "*", "field.unknown"),
        ({"parts": [{"name": "abc", CANARY: 1}]}, "*", "field.unknown"),
        ({"kind": f"a` - at `$.{CANARY}"}, "*", "field.value"),
    ],
)
async def test_wrong_fields_are_named_and_never_repeated(change: dict[str, Any], field: str, code: str) -> None:
    async with client() as http:
        good = await http.post("/things", json=GOOD)
        response = await http.post("/things", json={**GOOD, **change})
    assert good.status_code == 201
    refuse_echo(response)
    assert response.status_code == 422
    assert [(e["field"], e["code"]) for e in response.json()["errors"]] == [(field, code)]


async def test_missing_field_and_wrong_root() -> None:
    async with client() as http:
        missing = await http.post("/things", json={"kind": "a"})
        root = await http.post("/things", json=[CANARY])
    assert missing.json()["errors"][0]["field"] == "number"
    assert missing.json()["errors"][0]["code"] == "field.required"
    refuse_echo(root)
    assert root.json()["errors"][0] == {"field": "*", "code": "field.type", "detail": "The type is not right."}


async def test_parameters() -> None:
    async with client() as http:
        missing = await http.get("/list", params={"limit": 5})
        wide = await http.get("/list", params={"limit": 51, "needed": CANARY})
        word = await http.get("/list", params={"limit": CANARY, "needed": CANARY})
    for response in (missing, wide, word):
        refuse_echo(response)
    assert missing.json()["errors"][0]["field"] == "needed"
    assert (wide.status_code, wide.json()["errors"][0]["code"]) == (422, "field.range")
    assert (word.status_code, word.json()["errors"][0]["field"]) == (422, "limit")


@pytest.mark.parametrize("path", [f"/things/{CANARY}", f"/loose/{CANARY}", f"/nowhere/{CANARY}"])
async def test_an_id_that_cannot_be_one_is_absent(path: str) -> None:
    async with client() as http:
        response = await http.get(path)
    refuse_echo(response)
    assert (response.status_code, response.json()["code"]) == (404, "core.not_found")


async def test_method_not_allowed_says_what_is() -> None:
    async with client() as http:
        response = await http.delete(f"/things/{SOME_ID}")
    refuse_echo(response)
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]


def test_a_thousand_wrong_fields_are_told_as_twenty() -> None:
    many = errors.Invalid(fields=[FieldError(f"f{n}", "field.type") for n in range(1000)])
    refusal = refusal_for(many)
    assert refusal is many
    app = Litestar([], exception_handlers=EXCEPTION_HANDLERS, logging_config=None)
    request = app.request_class(
        scope={"type": "http", "headers": [], "litestar_app": app, "method": "GET", "path": "/", "state": {}}
    )
    response = EXCEPTION_HANDLERS[Exception](request, many)
    assert len(json.loads(response.content)["errors"]) == FIELDS_MAX
