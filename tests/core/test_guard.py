"""What is not a sane request goes no further: hostile bodies and their harmless neighbours."""

import gzip
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core import guard
from backend.core.guard import Guard
from backend.core.strict_json import INT_MAX, INT_MIN, JSON_DEPTH_MAX, NotStrictJSON, check_json
from tests.core.asgi import Answer, Echo, as_json, call

UPLOAD = "/api/v1/media"
MULTIPART = [(b"content-type", b"multipart/form-data; boundary=x")]


async def post(body: bytes | list[bytes], *, headers: list[tuple[bytes, bytes]] | None = None) -> tuple[Answer, Echo]:
    echo = Echo()
    whole = body if isinstance(body, bytes) else b"".join(body)
    answer = await call(
        Guard(echo), "POST", "/api/v1/things", headers=as_json(whole) if headers is None else headers, body=body
    )
    return answer, echo


HOSTILE_BODIES = {
    "cut off": b'{"a": 1',
    "two texts": b"{} {}",
    "single quotes": b"{'a': 1}",
    "trailing comma": b'{"a": 1,}',
    "comment": b'{"a": 1} // no',
    "duplicate key": b'{"a": 1, "a": 2}',
    "duplicate key by escape": b'{"a": 1, "\\u0061": 2}',
    "nested duplicate key": b'[{"x": {"a": 1, "a": 1}}]',
    "NUL": b'{"a": "\x00"}',
    "escaped NUL": b'{"a": "\\u0000"}',
    "escaped NUL in a key": b'{"\\u0000": 1}',
    "escaped NUL, nested": b'{"a": ["x", {"b": "y\\u0000"}]}',
    "lone high surrogate": b'{"a": "\\ud800"}',
    "lone low surrogate": b'{"a": "\\udc00"}',
    "surrogates the wrong way round": b'{"a": "\\udc00\\ud800"}',
    "raw surrogate": b'{"a": "\xed\xa0\x80"}',
    "bad UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-32": '{"a": 1}'.encode("utf-32-le"),
    "BOM": b'\xef\xbb\xbf{"a": 1}',
    "raw control": b'{"a": "\x01"}',
    "raw newline": b'{"a": "\n"}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "float past the range": b'{"a": 1e400}',
    "long float": b'{"a": 0.' + b"1" * 50 + b"}",
    "huge int": b'{"a": 9223372036854775808}',
    "hugely negative int": b'{"a": -9223372036854775809}',
    "int of 5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "100,000 brackets": b"[" * 60_000,
    "deep objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "deep arrays": b"[" * 33 + b"]" * 33,
    "only spaces": b"   ",
    "one quote": b'"',
    "fullwidth digits": '{"a": １２}'.encode(),
    "octal": b'{"a": 012}',
    "hexadecimal": b'{"a": 0x10}',
    "plus": b'{"a": +1}',
}

HARMLESS_BODIES = {
    "object": b'{"a": 1}',
    "Chinese": '{"姓名": "𠮷野家 👨\u200d👩\u200d👧"}'.encode(),
    "escaped Chinese": b'{"a": "\\u4f60\\u597d"}',
    "escaped astral": b'{"a": "\\ud842\\udfb7"}',
    "backslash before u0000": b'{"a": "\\\\u0000"}',
    "brackets in text": b'{"a": "' + b"[{" * 500 + b'"}',
    "escaped quotes and brackets": b'{"a": "' + b'\\"[' * 500 + b'"}',
    "as deep as allowed": b"[" * JSON_DEPTH_MAX + b"]" * JSON_DEPTH_MAX,
    "wide": b"[" + b"[]," * 2000 + b"[]]",
    "largest int": b'{"a": %d}' % INT_MAX,
    "smallest int": b'{"a": %d}' % INT_MIN,
    "same key in two objects": b'[{"a": 1}, {"a": 2}]',
    "float": b'{"a": 1.5e10}',
    "top-level text": b'"x"',
}


@pytest.mark.parametrize("name", HOSTILE_BODIES)
async def test_hostile_body_is_malformed(name: str) -> None:
    answer, echo = await post(HOSTILE_BODIES[name])
    assert (answer.status, answer.problem["code"]) == (400, "core.malformed")
    assert echo.bodies == []


@pytest.mark.parametrize("name", HARMLESS_BODIES)
async def test_harmless_body_arrives_whole(name: str) -> None:
    answer, echo = await post(HARMLESS_BODIES[name])
    assert answer.status == 200
    assert echo.bodies == [HARMLESS_BODIES[name]]


async def test_body_in_pieces_is_put_together() -> None:
    answer, echo = await post([b'{"a":', b"", b" 1}"])
    assert answer.status == 200
    assert echo.bodies == [b'{"a": 1}']


@pytest.mark.parametrize(("size", "status"), [(guard.JSON_MAX_BYTES, 200), (guard.JSON_MAX_BYTES + 1, 413)])
@pytest.mark.parametrize("declared", [True, False])
async def test_json_body_limit(size: int, status: int, declared: bool) -> None:
    body = b'"' + b"x" * (size - 2) + b'"'
    headers = as_json(body) if declared else [(b"content-type", b"application/json")]
    answer, echo = await post([body[:1000], body[1000:]], headers=headers)
    assert answer.status == status
    assert len(echo.bodies) == (1 if status == 200 else 0)
    assert answer.header("connection") == (None if status == 200 else "close")


@pytest.mark.parametrize(
    "content_type",
    [
        b"",
        b"text/plain",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"application/json; charset=gbk",
        b"application/json, text/plain",
        b"application/jsonp",
        b"text/json",
    ],
)
async def test_other_content_types_are_refused(content_type: bytes) -> None:
    answer, echo = await post(b"{}", headers=[(b"content-type", content_type), (b"content-length", b"2")])
    assert (answer.status, answer.problem["code"]) == (415, "core.unsupported_type")
    assert echo.bodies == []


@pytest.mark.parametrize(
    "content_type", [b"application/json", b"Application/JSON; charset=UTF-8", b'application/json;charset="utf-8"']
)
async def test_json_content_types_pass(content_type: bytes) -> None:
    answer, _ = await post(b"{}", headers=[(b"content-type", content_type), (b"content-length", b"2")])
    assert answer.status == 200


async def test_a_body_is_not_needed() -> None:
    echo = Echo()
    assert (await call(Guard(echo), "PUT", "/api/v1/x/claim")).status == 200
    assert (await call(Guard(echo), "DELETE", "/api/v1/x", headers=[(b"content-length", b"0")])).status == 200
    assert echo.bodies == [b"", b""]


async def test_compressed_bodies_are_refused() -> None:
    body = gzip.compress(b"{}")
    answer, _ = await post(body, headers=[*as_json(body), (b"content-encoding", b"gzip")])
    assert answer.status == 415
    answer, _ = await post(b"{}", headers=[*as_json(b"{}"), (b"content-encoding", b"identity")])
    assert answer.status == 200


async def test_reads_bring_no_body() -> None:
    assert (await call(Guard(Echo()), headers=[(b"content-length", b"5")], body=b"hello")).status == 400
    assert (await call(Guard(Echo()), headers=[(b"transfer-encoding", b"chunked")], body=b"x")).status == 400
    assert (await call(Guard(Echo()), headers=[(b"content-length", b"0")])).status == 200


@pytest.mark.parametrize("length", [b"-1", b"+2", b"1 ", b"0x2", b"", b"2,2", "２".encode(), b"9" * 13])
async def test_strange_content_lengths(length: bytes) -> None:
    answer, _ = await post(b"{}", headers=[(b"content-type", b"application/json"), (b"content-length", length)])
    assert answer.status == 400


async def test_smuggling_pairs_are_refused() -> None:
    both = [*as_json(b"{}"), (b"transfer-encoding", b"chunked")]
    assert (await post(b"{}", headers=both))[0].status == 400


@pytest.mark.parametrize("name", sorted(guard.LOOKED_AT))
async def test_deciding_headers_come_once(name: bytes) -> None:
    twice = [(name, b"application/json"), (name, b"application/json")]
    assert (await call(Guard(Echo()), headers=twice)).status == 400


async def test_multipart_only_on_upload_paths() -> None:
    echo = Echo()
    guarded = Guard(echo, upload_paths=frozenset({UPLOAD}))
    assert (await call(guarded, "POST", UPLOAD, headers=MULTIPART, body=[b"\xff\x00", b"piece"])).status == 200
    assert echo.bodies == [b"\xff\x00piece"]
    assert (await call(guarded, "POST", UPLOAD + "x", headers=MULTIPART, body=b"--x--")).status == 415
    assert (await call(guarded, "POST", UPLOAD, headers=as_json(b"{"), body=b"{")).status == 400


@pytest.mark.parametrize(("over", "status"), [(0, 200), (1, 413)])
async def test_upload_is_cut_at_its_limit_while_it_streams(over: int, status: int) -> None:
    echo = Echo()
    guarded = Guard(echo, upload_paths=frozenset({UPLOAD}))
    mebibyte = b"x" * 1024 * 1024
    pieces = [mebibyte] * 22 + [b"y" * over]
    answer = await call(guarded, "POST", UPLOAD, headers=MULTIPART, body=pieces)
    assert answer.status == status


async def test_declared_upload_size_is_refused_at_once() -> None:
    guarded = Guard(Echo(), upload_paths=frozenset({UPLOAD}))
    headers = [*MULTIPART, (b"content-length", str(guard.UPLOAD_MAX_BYTES + 1).encode())]
    answer = await call(guarded, "POST", UPLOAD, headers=headers, body=b"")
    assert (answer.status, answer.header("connection")) == (413, "close")


async def test_a_caller_who_leaves_gets_nothing() -> None:
    echo = Echo()
    answer = await call(Guard(echo), "POST", headers=[(b"content-type", b"application/json")], body=[])
    assert answer.status == 0
    assert echo.bodies == []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(INT_MIN, INT_MAX) | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc你", max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_honest_value_passes(value: Any, ascii_only: bool) -> None:
    check_json(json.dumps(value, ensure_ascii=ascii_only).encode())


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None)
async def test_no_bytes_break_the_guard(body: bytes) -> None:
    answer, echo = await post(body)
    assert answer.status in (200, 400)
    if answer.status == 200 and body:
        # Only what is JSON arrives.
        json.loads(echo.bodies[0].decode("utf-8"))


@pytest.mark.parametrize(
    "body",
    [b'"' + b'\\"' * 32_000, b'"\\' * 20_000, b"[" * 65_000, b'["' * 20_000, b'{"a":[' * 10_000, b"[]," * 20_000],
)
def test_no_body_takes_long_to_refuse(body: bytes) -> None:
    began = time.thread_time()
    with pytest.raises(NotStrictJSON):
        check_json(body)
    assert time.thread_time() - began < 0.25
