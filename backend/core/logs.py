"""Log lines: one JSON object a line, about events and never about people.

An allow-list, because a block-list forgets: only the fields named here get through, and only with values of their
kind. A phone, a name, an ID number, a token, a code or a message body is none of these kinds. Lines of libraries
keep their template, without what was filled in; exceptions keep their class and place, without their words.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog

from backend.core.request_id import current_request_id

EVENT_MAX_CHARS = 160
"""Events are short constants; what is longer was built from somebody's data."""
WORD_MAX_CHARS = 80
NUMBER_MAX = 1_000_000_000
"""Phones and ID numbers are larger; milliseconds, bytes, counts and pids aren't."""
FRAMES_MAX = 12
FIELDS_MAX = 20
WITHHELD = "[withheld]"

WORD_FIELDS = frozenset(
    {
        "action", "code", "command", "constraint", "entrypoint", "error", "flow", "kind", "logger", "method", "move",
        "part", "policy", "queue", "reason_code", "route", "schedule", "signal", "sqlstate", "state", "table",
        "version",
    }
)  # fmt: skip
NUMBER_FIELDS = frozenset(
    {
        "attempt", "bytes", "count", "duration_ms", "exit_status", "pid", "port", "retry_after_s", "rows", "rows_done",
        "rows_total", "seq", "size", "statements", "status", "wait_s", "workers", "errors", "created", "unchanged",
    }
)  # fmt: skip
ID_FIELDS = frozenset(
    {
        "account_id", "community_id", "event_id", "import_id", "job_id", "media_id", "organisation_id", "residency_id",
        "role_id", "session_id", "subject_id", "verification_id", "request_id",
    }
)  # fmt: skip

_WORD = re.compile(r"[A-Za-z_/{<][A-Za-z0-9_./:{}<>@-]*")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{20}|[0-9]{1,18}")
# Class 08 and its like begin with a digit, as no word does; five characters hide nothing.
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
_DIGITS = re.compile(r"\d[\d -]{4,}\d[xX]?")
# Tokens, keys, hashes: long runs that mix what words don't mix.
_OPAQUE = re.compile(r"(?=[\w.+/=-]*\d)[\w.+/=-]{20,}")
_UNPRINTABLE = re.compile(r"[^ -~]+")
_SENSITIVE_LOGGERS = ("uvicorn.access",)
"""Its lines hold full paths and addresses; the metrics count requests by route instead."""
_LIBRARY_LEVELS = dict.fromkeys(("asyncpg", "httpx", "httpx2", "httpcore", "asyncio"), "WARNING")

Line = MutableMapping[str, Any]

get_logger = structlog.get_logger
"""From here and not from structlog: its own default prints every local variable beside an exception."""


def set_up_logging(level: str = "INFO", *, pretty: bool | None = None) -> None:
    """Routes structlog and every library through the same processors to stderr. Pretty when that is a terminal.

    Call it when the libraries are imported; their own handlers are taken away.
    """
    colours = sys.stderr.isatty() if pretty is None else pretty
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if colours
        else structlog.processors.JSONRenderer(ensure_ascii=True, sort_keys=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_take_template],
        processors=[*_chain(), structlog.stdlib.ProcessorFormatter.remove_processors_meta, keep_allowed, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    _tame_libraries()
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def keep_allowed(_logger: Any, _method: str, line: Line) -> Line:
    """The redaction: whatever is not a known field with a value of its kind leaves as `[withheld]` or not at all."""
    kept: Line = {"at": line.get("timestamp"), "level": line.get("level"), "event": _plain(line.get("event"))}
    dropped = 0
    for field, value in line.items():
        if field in ("timestamp", "level", "event", "where"):
            continue
        if value is None or len(kept) > FIELDS_MAX:
            continue
        shown = _shown(field, value)
        if shown is None:
            dropped += 1
        else:
            kept[field] = shown
    if "where" in line:
        kept["where"] = [_plain(frame) for frame in line["where"][-FRAMES_MAX:]]
    if dropped:
        # Their names might be data too, when somebody logs a dictionary.
        kept["fields_dropped"] = dropped
    return kept


def _chain() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
        _place_exception,
    ]


def _tame_libraries() -> None:
    for name in list(logging.root.manager.loggerDict):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = True
    for name in _SENSITIVE_LOGGERS:
        logging.getLogger(name).disabled = True
    for name, level in _LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(level)


def _take_template(_logger: Any, _method: str, line: Line) -> Line:
    """A library's line keeps its template: `%s` says as much as we may know of what stood there."""
    record: logging.LogRecord | None = line.get("_record")
    if record is not None:
        line["event"] = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return line


def _add_request_id(_logger: Any, _method: str, line: Line) -> Line:
    request_id = current_request_id()
    if request_id is not None:
        line["request_id"] = request_id
    return line


def _place_exception(_logger: Any, _method: str, line: Line) -> Line:
    """Class and places of an exception and its causes. Not its words: PostgreSQL quotes whole rows in them."""
    info = line.pop("exc_info", None)
    line.pop("exc_text", None)
    line.pop("stack_info", None)
    error = _error_of(info)
    if error is None:
        return line
    names: list[str] = []
    places: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(names) < FRAMES_MAX:
        seen.add(id(error))
        names.append(f"{type(error).__module__}.{type(error).__qualname__}")
        places[:0] = _places(error.__traceback__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    line["error"] = names[0]
    line["where"] = places + [f"because of {name}" for name in names[1:]]
    return line


def _error_of(info: Any) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        found = info[1]
        return found if isinstance(found, BaseException) else None
    return sys.exc_info()[1] if info else None


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES_MAX:]
    return ["/".join(f.filename.split("/")[-3:]) + f":{f.lineno} {f.name}" for f in frames]


def _shown(field: str, value: Any) -> str | int | float | bool | None:
    """None when the field is not known; `[withheld]` when it is, but the value isn't of its kind."""
    if field == "sqlstate":
        return value if isinstance(value, str) and _SQLSTATE.fullmatch(value) else WITHHELD
    if field in WORD_FIELDS:
        return _word(value)
    if field in NUMBER_FIELDS:
        return _number(value)
    if field in ID_FIELDS:
        text = str(value) if isinstance(value, UUID | str | int) and not isinstance(value, bool) else ""
        is_id = _ID.fullmatch(text) and not (text.isdigit() and len(text) >= len("123456"))
        return text if is_id else WITHHELD
    return None


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > WORD_MAX_CHARS or not _WORD.fullmatch(value):
        return WITHHELD
    return WITHHELD if _DIGITS.search(value) or _OPAQUE.search(value) else value


def _number(value: Any) -> int | float | bool | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) < NUMBER_MAX:
        return value
    return WITHHELD


def _plain(event: Any) -> str:
    """One printable ASCII line: no digits of a phone, nothing opaque, no control that a terminal would obey."""
    text = event if isinstance(event, str) else type(event).__name__
    text = _UNPRINTABLE.sub("?", text[: EVENT_MAX_CHARS * 4])
    return _OPAQUE.sub("[...]", _DIGITS.sub("[...]", text))[:EVENT_MAX_CHARS]


# For processes, tests and moments without set_up_logging().
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place_exception,
        keep_allowed,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    cache_logger_on_first_use=False,
)
