"""No line about a person, one line whatever comes, and no terminal obeys it."""

import contextlib
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import structlog
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.core.logs import (
    EVENT_MAX_CHARS,
    ID_FIELDS,
    NUMBER_FIELDS,
    WITHHELD,
    WORD_FIELDS,
    set_up_logging,
)
from backend.core.request_id import set_request_id

# What must never be in a line, each as somebody might pass it.
SECRETS: dict[str, Any] = {
    "phone": "13800000011",
    "phone in E.164": "+8613800000011",
    "phone with spaces": "138 0000 0011",
    "phone as a number": 13800000011,
    "name": "王小明",
    "ID number": "11010519491231002X",
    "code": "483920",
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "opaque token": "9f86d081884c7d659a2feaa0c55ad015",
    "sealed": "k1.q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ",
    "body": "楼上漏水，请来看看",
    "body in a list": ["13800000011"],
    "body in a mapping": {"real_name": "王小明"},
    "bytes": b"13800000011",
}
PIECES = ["1380000", "138 0000", "王", "小明", "110105", "483920", "eyJhb", "9f86d0", "q83vE", "漏水", "real_name"]
INJECTIONS = ["a\nb", "a\r\nb", "a\u2028b", "a\u2029b", "a\x85b", "\x1b[2J\x1b[31m", "\x00", "\x08\x7f", '"}\n{"a": 1']


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """stderr as the process's, with the process's logging on it."""
    before = (logging.root.handlers[:], logging.root.level, structlog.get_config())
    written = io.StringIO()
    with contextlib.redirect_stderr(written):
        set_up_logging("DEBUG", pretty=False)
    try:
        yield written
    finally:
        logging.root.handlers[:] = before[0]
        logging.root.setLevel(before[1])
        set_request_id(None)
        structlog.configure(**before[2])


def read(written: io.StringIO) -> list[dict[str, Any]]:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    assert text.isascii()
    assert not any(ord(c) < 32 and c != "\n" or ord(c) == 127 for c in text)
    assert not any(piece in text for piece in PIECES), text
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_stay_out_of_every_field(lines: io.StringIO, name: str) -> None:
    log = structlog.get_logger("backend.test")
    for field in sorted(WORD_FIELDS | NUMBER_FIELDS | ID_FIELDS) + ["phone", "anything"]:
        log.info("something happened", **{field: SECRETS[name]})
    written = read(lines)
    assert len(written) == len(WORD_FIELDS | NUMBER_FIELDS | ID_FIELDS) + 2


@pytest.mark.parametrize("name", [n for n, v in SECRETS.items() if isinstance(v, str)])
def test_secrets_stay_out_of_the_event(lines: io.StringIO, name: str) -> None:
    log = structlog.get_logger("backend.test")
    log.warning(f"could not send to {SECRETS[name]}")
    log.warning("could not send to %s", SECRETS[name])
    logging.getLogger("some.library").warning("could not send to %s", SECRETS[name])
    logging.getLogger("some.library").warning(f"could not send to {SECRETS[name]}")
    assert len(read(lines)) == 4


def test_what_is_known_is_kept(lines: io.StringIO) -> None:
    account = uuid4()
    set_request_id("0123456789abcdef0123")
    structlog.get_logger("workers").info(
        "job done", entrypoint="media.make_variants", duration_ms=12.5, attempt=2, account_id=account, job_id=41
    )
    [line] = read(lines)
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "info",
        "event": "job done",
        "logger": "workers",
        "entrypoint": "media.make_variants",
        "duration_ms": 12.5,
        "attempt": 2,
        "account_id": str(account),
        "job_id": "41",
        "request_id": "0123456789abcdef0123",
    }


@pytest.mark.parametrize("sqlstate", ["08003", "57P01", "23505"])
def test_a_database_error_keeps_its_code(lines: io.StringIO, sqlstate: str) -> None:
    structlog.get_logger("x").warning("part unavailable", sqlstate=sqlstate)
    structlog.get_logger("x").warning("part unavailable", sqlstate=f"{sqlstate}1")
    first, longer = read(lines)
    assert first["sqlstate"] == sqlstate
    assert longer["sqlstate"] == "[withheld]"


def test_what_is_unknown_is_counted(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("done", colour="green", mood="fine", status=200)
    [line] = read(lines)
    assert line["fields_dropped"] == 2
    assert line["status"] == 200
    assert "green" not in str(line)


def test_values_of_the_wrong_kind_are_withheld(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("done", status="two hundred", route="a b", account_id="not-an-id", bytes=10**12)
    [line] = read(lines)
    assert [line[f] for f in ("status", "route", "account_id", "bytes")] == [WITHHELD] * 4


def test_exceptions_keep_class_and_place_without_words(lines: io.StringIO) -> None:
    log = structlog.get_logger("x")
    detail = asyncpg.UniqueViolationError("Key (phone)=(13800000011) already exists: 王小明")
    try:
        try:
            raise detail
        except asyncpg.UniqueViolationError as inner:
            raise RuntimeError("real_name 王小明") from inner
    except RuntimeError as error:
        log.exception("unhandled exception")
        log.error("unhandled exception", exc_info=error)
        logging.getLogger("some.library").exception("it broke: %s", error)
    for line in read(lines):
        assert line["error"] == "builtins.RuntimeError"
        assert "because of asyncpg.exceptions.UniqueViolationError" in line["where"]
        assert any("test_logs.py" in place for place in line["where"])


@pytest.mark.parametrize("injection", INJECTIONS)
def test_injections_stay_one_line(lines: io.StringIO, injection: str) -> None:
    structlog.get_logger("x").info(injection, route=injection, code=injection, whatever=injection)
    logging.getLogger("uvicorn.error").info(injection)
    structlog.get_logger("x").info("done", **{injection: injection})
    assert len(read(lines)) == 3


def test_before_set_up_lines_are_redacted_too(capfd: pytest.CaptureFixture[str]) -> None:
    code = (
        "from backend.core.logs import get_logger\n"
        "phone = '13800000011'\n"
        "try: int('王小明')\n"
        "except ValueError: get_logger('x').exception('it broke for ' + phone, phone=phone)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    said = "".join(capfd.readouterr())
    assert "it broke for [...]" in said
    assert not any(piece in said for piece in PIECES)


def test_long_events_are_cut(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("word " * 10_000)
    [line] = read(lines)
    assert len(line["event"]) == EVENT_MAX_CHARS


@pytest.mark.parametrize("library", ["uvicorn", "uvicorn.error", "asyncpg", "pgqueuer", "litestar"])
def test_libraries_speak_through_the_same_lines(lines: io.StringIO, library: str) -> None:
    logging.getLogger(library).error("trouble at %s", "13800000011")
    [line] = read(lines)
    assert (line["logger"], line["event"]) == (library, "trouble at %s")


def test_access_lines_are_off(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").error('127.0.0.1 - "GET /api/v1/search?q=x"')
    assert read(lines) == []


def test_pretty_lines_are_redacted_too(lines: io.StringIO) -> None:
    with contextlib.redirect_stderr(lines):
        set_up_logging("DEBUG", pretty=True)
    structlog.get_logger("x").info("hello 13800000011", phone="13800000011", route="王小明\x1b[2J", status=200)
    text = lines.getvalue()
    assert "200" in text
    assert not any(piece in text for piece in PIECES)
    assert "\x1b[2J" not in text


@given(st.text(max_size=80), st.sampled_from(sorted(WORD_FIELDS | NUMBER_FIELDS | ID_FIELDS)))
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_text_makes_one_honest_line(text: str, field: str) -> None:
    before = (logging.root.handlers[:], logging.root.level, structlog.get_config())
    written = io.StringIO()
    try:
        with contextlib.redirect_stderr(written):
            set_up_logging("DEBUG", pretty=False)
        structlog.get_logger("x").info(text, **{field: text})
    finally:
        logging.root.handlers[:] = before[0]
        logging.root.setLevel(before[1])
        structlog.configure(**before[2])
    [line] = [json.loads(one) for one in written.getvalue().split("\n") if one]
    assert line["event"].isascii() and line["event"].isprintable()
