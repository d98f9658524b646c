"""The first thing a request meets, before routing: what is not a sane request goes no further.

It gives every request its id, bounds and checks path, query, headers and body, and puts the security headers on
every answer. Handlers behind it may rely on: paths and queries of strict UTF-8 without control characters, one
meaning for each JSON body, no compressed bodies, no multipart but on the upload paths.
"""

import asyncio
import os
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from backend.core.answer_headers import AnswerHeaders
from backend.core.errors import (
    HeadTooLarge,
    Malformed,
    MethodNotAllowed,
    Refusal,
    TooLarge,
    TooSlow,
    UnsupportedType,
)
from backend.core.logs import get_logger
from backend.core.problems import PROBLEM_TYPE, render_bug, render_refusal
from backend.core.request_id import set_request_id
from backend.core.strict_json import NotStrictJSON, check_json

PATH_MAX_BYTES = 512
"""The longest of ours has three UUIDs and stays below 200."""
QUERY_MAX_BYTES = 2048
"""A search of 100 Chinese characters is 900 bytes when percent-encoded; a cursor some 200."""
HEAD_MAX_BYTES = 16 * 1024
"""Cookies and a token are 2 KB; servers commonly stop at 8 to 32."""
JSON_MAX_BYTES = 64 * 1024
"""A long forum post is 30 KB."""
UPLOAD_MAX_BYTES = 22 * 1024 * 1024
"""A PDF of 20 MB and its form around it."""
BODY_READ_S = 20.0
"""64 KB on a bad mobile link; longer is somebody holding a connection."""
UPLOAD_PAUSE_S = 15.0
"""Between two pieces of an upload: a lift, not a tunnel."""
REQUEST_ID_BYTES = 10
CONTENT_LENGTH_MAX_DIGITS = 12

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = BODILESS | {"POST", "PUT", "PATCH", "DELETE"}
LOOKED_AT = frozenset(
    {
        b"host",
        b"authorization",
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"transfer-encoding",
        b"idempotency-key",
    }
)
"""Twice the same of these means that two readers could take two meanings."""

_PLAIN_PATH = re.compile(rb"/[!$&-.0-9:;=@A-Z_a-z~/]*")
_PLAIN_QUERY = re.compile(rb"[!$&-.0-9:;=@A-Z_a-z~/?+*'(),]*")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_JSON_TYPE = re.compile(rb"application/json\s*(;\s*charset\s*=\s*\"?utf-8\"?\s*)?", re.IGNORECASE)
_MULTIPART_TYPE = re.compile(rb"multipart/form-data\s*;.*boundary=.+", re.IGNORECASE)

log = get_logger(__name__)


class Guard:
    """ASGI middleware around the whole application. `upload_paths` are the exact paths that take multipart."""

    def __init__(self, app: ASGIApp, *, upload_paths: frozenset[str] = frozenset(), https_only: bool = False) -> None:
        self._app = app
        self._upload_paths = upload_paths
        self._https_only = https_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]
            await self._app(scope, receive, send)
            return
        request_id = os.urandom(REQUEST_ID_BYTES).hex()
        set_request_id(request_id)
        scope.setdefault("state", {})["request_id"] = request_id
        if scope["type"] == ScopeType.WEBSOCKET:
            await self._websocket(scope, receive, send)
            return
        answer = AnswerHeaders(scope, send, request_id, https_only=self._https_only)
        try:
            checked = await self._checked_receive(scope, receive)
            if checked is not None:
                await self._app(scope, checked, answer.send)
        except Refusal as refusal:
            await _answer(answer, *render_refusal(refusal, _language(scope)))
        except Exception:
            if answer.started:
                raise
            log.exception("unhandled exception")
            await _answer(answer, *render_bug(_language(scope)))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check_target(scope)
            read_head(scope)
        except Refusal:
            # Before accept: the server answers the handshake with 403.
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        await self._app(scope, receive, send)

    async def _checked_receive(self, scope: HTTPScope, receive: Receive) -> Receive | None:
        """Where the application reads the checked body from; None when the caller has left."""
        method = scope["method"]
        if method not in METHODS:
            raise MethodNotAllowed()
        check_target(scope)
        head = read_head(scope)
        length = _content_length(head)
        if method in BODILESS:
            if length or b"transfer-encoding" in head:
                raise Malformed()
            return receive
        if head.get(b"content-encoding", b"identity").lower() != b"identity":
            # A compressed body is a bomb until it is unpacked.
            raise UnsupportedType()
        content_type = head.get(b"content-type", b"")
        if scope["path"] in self._upload_paths and _MULTIPART_TYPE.fullmatch(content_type):
            if length is not None and length > UPLOAD_MAX_BYTES:
                raise TooLarge()
            return _bounded(receive)
        return await _checked_json(receive, length, content_type)


def check_target(scope: Scope) -> None:
    """Raises Malformed unless path and query are short, strict UTF-8 and free of control characters."""
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    query = scope["query_string"]
    if len(raw) > PATH_MAX_BYTES or len(query) > QUERY_MAX_BYTES:
        raise Malformed()
    if not _PLAIN_PATH.fullmatch(raw):
        _check_encoded(raw)
    if "/.." in scope["path"] or "\\" in scope["path"]:
        raise Malformed()
    if not _PLAIN_QUERY.fullmatch(query):
        _check_encoded(query)


def _check_encoded(raw: bytes) -> None:
    if _BAD_ESCAPE.search(raw):
        raise Malformed()
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed() from None
    if _CONTROL.search(text):
        raise Malformed()


def read_head(scope: Scope) -> dict[bytes, bytes]:
    """The headers that decide something, each at most once."""
    found: dict[bytes, bytes] = {}
    size = 0
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        if name in LOOKED_AT:
            if name in found:
                raise Malformed()
            found[name] = value
    if size > HEAD_MAX_BYTES:
        raise HeadTooLarge()
    return found


def _content_length(head: dict[bytes, bytes]) -> int | None:
    text = head.get(b"content-length")
    if text is None:
        return None
    # Both at once is how requests are smuggled past a proxy.
    if not text.isdigit() or len(text) > CONTENT_LENGTH_MAX_DIGITS or b"transfer-encoding" in head:
        raise Malformed()
    return int(text)


async def _checked_json(receive: Receive, length: int | None, content_type: bytes) -> Receive | None:
    is_json = _JSON_TYPE.fullmatch(content_type) is not None
    if length and not is_json:
        raise UnsupportedType()
    if length is not None and length > JSON_MAX_BYTES:
        raise TooLarge()
    body = await _read_body(receive)
    if body is None:
        return None
    if body:
        if not is_json:
            raise UnsupportedType()
        try:
            check_json(body)
        except NotStrictJSON:
            raise Malformed() from None
    return _replayed(body, receive)


async def _read_body(receive: Receive) -> bytes | None:
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_READ_S):
            while True:
                message: Any = await receive()
                if message["type"] == "http.disconnect":
                    return None
                piece = message.get("body", b"")
                size += len(piece)
                if size > JSON_MAX_BYTES:
                    raise TooLarge()
                pieces.append(piece)
                if not message.get("more_body", False):
                    return b"".join(pieces)
    except TimeoutError:
        raise TooSlow() from None


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _bounded(receive: Receive) -> Receive:
    """Stops an upload where it passes its limit or stalls; the refusal is raised into whoever reads it."""
    size = 0

    async def bounded() -> Any:
        nonlocal size
        try:
            async with asyncio.timeout(UPLOAD_PAUSE_S):
                message: Any = await receive()
        except TimeoutError:
            raise TooSlow() from None
        size += len(message.get("body", b""))
        if size > UPLOAD_MAX_BYTES:
            raise TooLarge()
        return message

    return bounded


def _language(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return value.decode("latin-1")
    return None


async def _answer(answer: AnswerHeaders, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
    if answer.started:
        # Half an answer can't be turned into a refusal; closing the connection tells the caller that it is half.
        raise RuntimeError("refused after the answer had begun")
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    encoded += [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await answer.send({"type": "http.response.start", "status": status, "headers": encoded})
    await answer.send({"type": "http.response.body", "body": body, "more_body": False})
