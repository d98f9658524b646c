"""The headers that every answer leaves with: its request id, what is left of the limits, what a browser may do."""

from litestar.types import HTTPScope, Message, Send

from backend.core.limits import RATE_HEADERS

_PAGE_RULES = (
    "default-src 'self'",
    "script-src 'self'",
    # Components set style attributes from templates; a style can't run.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
PAGE_POLICY = "; ".join(_PAGE_RULES).encode()
API_POLICY = b"default-src 'none'; frame-ancestors 'none'; sandbox"
"""An answer of the API opened as a page, a picture above all, can do nothing."""
PERMISSIONS = b"camera=(self), geolocation=(self), microphone=(self), payment=(), usb=(), serial=(), midi=()"
HSTS = b"max-age=31536000"
API_PREFIX = "/api/"
CLOSING_STATUSES = frozenset({408, 413, 415})
"""Answered before the body was read to its end: what follows on the connection is not a request."""

_COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_API = (*_COMMON, (b"content-security-policy", API_POLICY))
_PAGE = (
    *_COMMON,
    (b"content-security-policy", PAGE_POLICY),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", PERMISSIONS),
)
_NO_STORE = (b"cache-control", b"no-store")
_CLOSE = (b"connection", b"close")


class AnswerHeaders:
    """One request's `send`. Headers that a handler set itself stay as they are."""

    __slots__ = ("_https_only", "_is_api", "_request_id", "_scope", "_send", "started")

    def __init__(self, scope: HTTPScope, send: Send, request_id: str, *, https_only: bool) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._https_only = https_only
        # Now: the router rewrites the scope's path.
        self._is_api = scope["path"].startswith(API_PREFIX)
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = self._completed(message["status"], list(message.get("headers", ())))
        await self._send(message)

    def _completed(self, status: int, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = dict(headers)
        is_page = not self._is_api or present.get(b"content-type", b"").startswith(b"text/html")
        headers.extend(header for header in (_PAGE if is_page else _API) if header[0] not in present)
        headers.append((b"x-request-id", self._request_id.encode()))
        rate: list[tuple[bytes, bytes]] | None = self._scope["state"].get(RATE_HEADERS)
        if rate:
            headers.extend(rate)
        if self._is_api and b"cache-control" not in present:
            # Personal data by default; what may be kept says so itself.
            headers.append(_NO_STORE)
        if status in CLOSING_STATUSES:
            headers.append(_CLOSE)
        if self._https_only:
            headers.append((b"strict-transport-security", HSTS))
        return headers
