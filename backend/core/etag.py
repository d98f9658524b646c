"""Conditional requests: what hasn't changed isn't sent again, and what has changed isn't overwritten unseen.

Every JSON answer to a GET under /api gets an ETag over its bytes. A resource that can be edited names its version
as well, by `version_etag`; an edit then brings that back in If-Match, and `require_match` refuses a lost race.
"""

import re
from base64 import urlsafe_b64encode
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from xxhash import xxh3_128_digest

from backend.core.errors import Malformed, PreconditionFailed, PreconditionRequired

TAGGED_MAX_BYTES = 1024 * 1024
"""Larger answers are exports, asked for once."""
TAG_BYTES = 12
"""Two different answers share a tag once in 2^48 answers of one URL."""
IF_MATCH_MAX_CHARS = 512
API_PREFIX = "/api/"

_VERSION_TAG = re.compile(r'"v([0-9]{1,18})(?:\.[A-Za-z0-9_-]+)?"')
_REVALIDATED = (b"cache-control", b"private, no-cache")


def version_etag(version: int) -> str:
    """For the `ETag` header of an answer that shows this version: `Response(…, headers={"ETag": version_etag(7)})`."""
    return f'"v{version}"'


def require_match(request: Request[Any, Any, Any], version: int) -> None:
    """Call it with the version of the row just locked. Raises PreconditionRequired without If-Match,
    PreconditionFailed when the caller edits another version than this one."""
    header = request.headers.get("if-match")
    if header is None:
        raise PreconditionRequired()
    if len(header) > IF_MATCH_MAX_CHARS:
        raise Malformed()
    # Weak tags never match here (RFC 9110, 13.1.1), and `*` would be a way round the question.
    if str(version) not in (str(int(found)) for found in _strong_versions(header)):
        raise PreconditionFailed()


def _strong_versions(header: str) -> list[str]:
    tags = [tag.strip() for tag in header.split(",")]
    return [found.group(1) for tag in tags if (found := _VERSION_TAG.fullmatch(tag))]


class Tagged:
    """ASGI middleware: adds the ETag and answers 304. Passes everything but whole JSON answers untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "GET" and scope["path"].startswith(API_PREFIX):
            send = _TaggingSend(scope, send).send
        await self._app(scope, receive, send)


class _TaggingSend:
    """Holds the head back until the body is there: one message in all our JSON answers."""

    __slots__ = ("_held", "_scope", "_send")

    def __init__(self, scope: HTTPScope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._held: dict[str, Any] | None = None

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start" and _is_taggable(message):
            self._held = message
            return
        if self._held is not None:
            head, self._held = self._held, None
            body = message.get("body", b"")
            if not message.get("more_body", False) and len(body) <= TAGGED_MAX_BYTES:
                message = self._tag(head, message)
            await self._send(head)  # type: ignore[arg-type]
        await self._send(message)

    def _tag(self, head: dict[str, Any], message: Any) -> Any:
        headers: list[tuple[bytes, bytes]] = [*head["headers"]]
        present = dict(headers)
        tag = _tag_of(message.get("body", b""), present.get(b"etag"))
        headers = [header for header in headers if header[0] != b"etag"]
        headers.append((b"etag", tag))
        if b"cache-control" not in present:
            headers.append(_REVALIDATED)
        if _matches(self._scope, tag):
            head["status"] = 304
            headers = [h for h in headers if h[0] not in (b"content-length", b"content-type")]
            message = {**message, "body": b""}
        head["headers"] = headers
        return message


def _is_taggable(head: Any) -> bool:
    if head["status"] != 200:
        return False
    headers = dict(head["headers"])
    if b"no-store" in headers.get(b"cache-control", b""):
        # Not even a fingerprint of what must not be kept.
        return False
    return bool(headers.get(b"content-type", b"").startswith(b"application/json"))


def _tag_of(body: bytes, version_tag: bytes | None) -> bytes:
    # No secret hangs on it: a page of 30 kB takes 3 µs, where a cryptographic digest takes 20 to 80.
    digest = urlsafe_b64encode(xxh3_128_digest(body)[:TAG_BYTES])
    if version_tag is not None and version_tag.endswith(b'"'):
        # Strong, and both: the version that an edit needs, and the bytes, since counters change without it.
        return version_tag[:-1] + b"." + digest + b'"'
    return b'W/"' + digest + b'"'


def _matches(scope: HTTPScope, tag: bytes) -> bool:
    wanted = next((value for name, value in scope["headers"] if name == b"if-none-match"), None)
    if wanted is None:
        return False
    bare = tag.removeprefix(b"W/")
    return any(one.strip().removeprefix(b"W/") == bare or one.strip() == b"*" for one in wanted.split(b","))
