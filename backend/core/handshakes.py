"""Who may open a socket at all: asked before it is accepted, of nothing but its handshake."""

import resource
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from litestar.types import Scope, Send

from backend.core.errors import Forbidden, Malformed, Refusal, TooMany, Unavailable
from backend.core.metrics import SOCKETS, count_limit_hit
from backend.core.peers import client_subject
from backend.core.problems import PROBLEM_TYPE, render_refusal
from backend.settings import settings

SUBPROTOCOL = "linli.v1"
SILENT_AN_ADDRESS_MOST = 50
"""Sockets of one address that have not said hello. Whoever has is counted as a person instead: a whole street may
share one address behind its operator's NAT."""
SOCKETS_MOST = 10_000
"""Of one process. Half of the files that it may open, where that is less: the database needs some, too."""
RETRY_AFTER_S = 5

_silent: Counter[str] = Counter()
_places: set["Place"] = set()


class Place:
    """What one socket takes up, from its acceptance to its end."""

    def __init__(self, scope: Scope) -> None:
        self._subject = client_subject(scope)
        self._state = "silent"
        _silent[self._subject] += 1
        _places.add(self)
        SOCKETS.labels(self._state).inc()

    def greeted(self) -> None:
        """It has said who it is, and counts no longer against its address."""
        SOCKETS.labels(self._state).dec()
        self._forget_silence()
        SOCKETS.labels(self._state).inc()

    def give_back(self) -> None:
        SOCKETS.labels(self._state).dec()
        _places.discard(self)
        if self._state == "silent":
            self._forget_silence()

    def _forget_silence(self) -> None:
        self._state = "greeted"
        _silent[self._subject] -= 1
        if not _silent[self._subject]:
            del _silent[self._subject]


def check_handshake(scope: Scope) -> str | None:
    """The subprotocol to speak, None for a client that names none.

    Raises Forbidden for another site's page, Malformed for another subprotocol, TooMany, Unavailable.
    """
    if not _is_ours(_header(scope, b"origin"), _header(scope, b"host")):
        raise Forbidden()
    offered: Any = scope.get("subprotocols") or []
    if offered and SUBPROTOCOL not in offered:
        raise Malformed()
    if _silent[client_subject(scope)] >= SILENT_AN_ADDRESS_MOST:
        count_limit_hit("sockets_of_address")
        raise TooMany(retry_after_s=RETRY_AFTER_S)
    if len(_places) >= min(SOCKETS_MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2):
        count_limit_hit("sockets")
        raise Unavailable(retry_after_s=RETRY_AFTER_S)
    return SUBPROTOCOL if offered else None


async def refuse_handshake(scope: Scope, send: Send, refusal: Refusal) -> None:
    """The problem answer that a request would get; a server that can't send one says 403."""
    send_any: Any = send
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send_any({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    status, body, headers = render_refusal(refusal, accept_language(scope))
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    encoded.append((b"content-type", PROBLEM_TYPE.encode()))
    await send_any({"type": "websocket.http.response.start", "status": status, "headers": encoded})
    await send_any({"type": "websocket.http.response.body", "body": body, "more_body": False})


def accept_language(scope: Scope) -> str | None:
    found = _header(scope, b"accept-language")
    return None if found is None else found.decode("latin-1")


def _is_ours(origin: bytes | None, host: bytes | None) -> bool:
    """Browsers name the page's site; apps name none. The token in the first frame is what lets anybody in, so this only
    keeps other sites from having their visitors hold sockets here."""
    if origin is None:
        return True
    named = origin.decode("latin-1").lower()
    if named == settings().public_url.lower().rstrip("/"):
        return True
    try:
        return urlsplit(named).netloc == (host or b"").decode("latin-1").lower() != ""
    except ValueError:
        return False


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == wanted), None)
