"""Turns whatever went wrong into an RFC 9457 answer: a stable code, one sentence in the caller's language, no echo.

What a caller sent never comes back in an answer, and what broke inside never leaves: a 500 carries a request id.
"""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from backend.core import errors, failures
from backend.core.errors import FieldError, Refusal
from backend.core.logs import get_logger
from backend.core.request_id import current_request_id
from backend.core.sentences import Locale, pick_locale, sentence

PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
FIELDS_MAX = 20
"""A thousand wrong items are told as twenty: nobody reads more, and the answer stays small."""
PASSED_ON_HEADERS = frozenset({"allow", "www-authenticate", "retry-after"})

log = get_logger(__name__)

Headers = list[tuple[str, str]]

_REFUSAL_BY_STATUS: dict[int, type[Refusal]] = {
    kind.status: kind
    for kind in (
        errors.Malformed,
        errors.Unauthenticated,
        errors.Forbidden,
        errors.NotFound,
        errors.MethodNotAllowed,
        errors.Conflict,
        errors.Gone,
        errors.PreconditionFailed,
        errors.TooLarge,
        errors.UnsupportedType,
        errors.Invalid,
        errors.TooMany,
        errors.Unavailable,
    )
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one shape of every answer from 400 up."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str | None = None
    errors: list[dict[str, str]] | None = None


def render_refusal(refusal: Refusal, accept_language: str | None) -> tuple[int, bytes, Headers]:
    """Status, body and headers of a refusal, for those who answer outside Litestar."""
    locale = pick_locale(accept_language)
    body = _problem(
        refusal.status,
        refusal.code,
        sentence(refusal.code, locale, **refusal.params),
        [_field(error, locale) for error in refusal.fields[:FIELDS_MAX]],
    )
    headers = _headers(locale)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers.append(("www-authenticate", 'Bearer realm="linli"'))
    if refusal.retry_after_s is not None:
        headers.append(("retry-after", str(refusal.retry_after_s)))
    return refusal.status, body, headers


def render_bug(accept_language: str | None) -> tuple[int, bytes, Headers]:
    """The answer to what should not have happened. Says nothing but which request it was."""
    locale = pick_locale(accept_language)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    body = _problem(status, "core.internal", sentence("core.internal", locale), [], current_request_id())
    return status, body, _headers(locale)


def refusal_for(error: Exception) -> Refusal | None:
    """The refusal that an exception amounts to; None for a bug."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return _from_validation(error)
    if isinstance(error, HTTPException):
        kind = _REFUSAL_BY_STATUS.get(error.status_code)
        if kind is None and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            kind = errors.Malformed
        return kind() if kind else None
    match failures.classify(error):
        case "retryable" | "unknown":
            return errors.Unavailable(retry_after_s=RETRY_AFTER_S)
        case "refused":
            return errors.Invalid() if failures.is_value_refused(error) else errors.Conflict()
    return None


def answer_exception(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's exception handler for everything."""
    language = request.headers.get("accept-language")
    refusal = refusal_for(error)
    if refusal is None:
        log.error("unhandled exception", exc_info=error)
        status, body, headers = render_bug(language)
    else:
        _tell_operator(error, refusal)
        status, body, headers = render_refusal(refusal, language)
    passed_on = getattr(error, "headers", None) if isinstance(error, HTTPException) else None
    return Response(
        body,
        status_code=status,
        media_type=PROBLEM_TYPE,
        headers={**dict(headers), **_passed_on(passed_on or {})},
    )


EXCEPTION_HANDLERS: ExceptionHandlersMap = {HTTPException: answer_exception, Exception: answer_exception}
"""For `Litestar(exception_handlers=…)`. Both keys are needed: Litestar answers HTTPException itself otherwise."""


def _tell_operator(error: Exception, refusal: Refusal) -> None:
    """Refusals are the day's work and not logged; a part that is away, or a value only the database refused, is."""
    if isinstance(error, Refusal | HTTPException):
        return
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        log.warning("part unavailable", error=type(error).__name__, sqlstate=getattr(error, "sqlstate", None))
    else:
        # A value got past our own checks to the database: the schema promises more than the column holds.
        log.warning(
            "refused by the database",
            error=type(error).__name__,
            sqlstate=getattr(error, "sqlstate", None),
            constraint=getattr(error, "constraint_name", None),
        )


def _problem(status: int, code: str, detail: str, fields: list[dict[str, str]], request_id: str | None = None) -> bytes:
    return msgspec.json.encode(
        Problem(
            type="about:blank",
            title=HTTPStatus(status).phrase,
            status=status,
            code=code,
            detail=detail,
            request_id=request_id,
            errors=fields or None,
        )
    )


def _headers(locale: Locale) -> Headers:
    return [("content-language", locale), ("vary", "Accept-Language"), ("cache-control", "no-store")]


def _passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower() in PASSED_ON_HEADERS}


def _field(error: FieldError, locale: Locale) -> dict[str, str]:
    detail = error.detail or sentence(error.code, locale, **error.params)
    return {"field": error.field, "code": error.code, "detail": detail}


# msgspec's messages, matched from their start. They quote field names of ours and, in the kinds marked *, the input.
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Object contains unknown field"), "field.unknown"),  # *
    (re.compile(r"Expected `\w+` of length|Expected `array` of (at most|at least)?"), "field.length"),
    (re.compile(r"Expected `\w+` matching regex"), "field.pattern"),
    (re.compile(r"Expected `\w+` (>|<|=|that's)|Integer value out of range|Number out of range"), "field.range"),
    (re.compile(r"Expected `"), "field.type"),
    (re.compile(r"Invalid (enum value|value)"), "field.value"),  # *
    (re.compile(r"Invalid "), "field.pattern"),
)
_PARAMETER = re.compile(r"Missing required (\w+) parameter '(\w+)'")
# Paths as msgspec and Litestar write them. Keys of free dictionaries, which callers choose, appear as `[...]`.
_PLAIN_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[(\d+|\.\.\.)\])*", re.ASCII)
ANY_FIELD = "*"
"""Stands for a field that isn't one of ours: its name came from the caller and doesn't go back."""


def _from_validation(error: ValidationException) -> Refusal:
    parameter = _PARAMETER.match(error.detail)
    if parameter:
        return errors.Invalid(fields=[FieldError(parameter.group(2), "field.required")])
    told: Any = error.extra
    if not isinstance(told, Iterable) or isinstance(told, str | Mapping):
        return errors.Malformed()
    messages = [message for message in told if isinstance(message, Mapping)]
    if any(message.get("source") == "path" for message in messages):
        # An id that can't be one names nothing.
        return errors.NotFound()
    if not messages:
        return errors.Malformed()
    return errors.Invalid(fields=[_field_error(message) for message in messages[:FIELDS_MAX]])


def _field_error(message: Mapping[str, Any]) -> FieldError:
    text = str(message.get("message", ""))
    path = str(message.get("key", ""))
    if not _PLAIN_PATH.fullmatch(path) or path == "data":
        path = ""
    missing = _MISSING.match(text)
    if missing:
        return FieldError(_joined(path, missing.group(1)), "field.required")
    code = next((code for pattern, code in _KINDS if pattern.match(text)), "field.value")
    # An unknown field's name is the caller's text, and could be written so that it reads as a path.
    return FieldError(ANY_FIELD if code == "field.unknown" or not path else path, code)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
