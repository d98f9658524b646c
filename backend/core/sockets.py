"""One socket: its hello, what it says, what it is told, and why it ends. docs/socket.md is the page for clients.

It refuses as a request would be refused: a close code is 4000 and the status, its reason the stable code, and an
`error` frame with the sentence goes before it.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.exceptions import WebSocketDisconnect
from litestar.types import Receive, Scope, Send

from backend.core.auth import Caller, caller_of
from backend.core.errors import Malformed, Refusal, SocketTooSlow, TooMany, Unauthenticated
from backend.core.frames import read_frame, read_hello
from backend.core.handshakes import Place, accept_language, check_handshake, refuse_handshake
from backend.core.hub import hub
from backend.core.limits import spend_hello
from backend.core.logs import get_logger
from backend.core.metrics import FRAMES, SOCKET_CLOSES, count_limit_hit
from backend.core.problems import refusal_for
from backend.core.sentences import pick_locale, sentence

HELLO_WITHIN_S = 5.0
HEARTBEAT_S = 30
"""How often a client pings. A browser's page sees no pings of ours, and must notice a dead link by itself."""
MESSAGES_MOST = 20
MESSAGES_WINDOW_S = 10.0
"""Nobody types faster; a client that does more is broken or hostile."""
BAD_FRAMES_MOST = 3
"""The first tells a developer what is wrong. Nobody needs the fourth."""
WAITING_MAX_BYTES = 1024 * 1024
"""What one slow reader may cost. Whoever can't keep up reads the truth over HTTP when the network is better."""
CLOSE_TAKEN_WITHIN_S = 3.0
"""A reader that doesn't take its close frame is not read by anybody."""
CLOSE_BASE = 4000
CLOSE_BUG = 1011
LEFT = (OSError, WebSocketDisconnect)
"""How the server and Litestar say that the other end is gone."""

log = get_logger(__name__)


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI conversation of one websocket, from the handshake on. Raises nothing."""
    await receive()
    try:
        subprotocol = check_handshake(scope)
    except Refusal as refusal:
        await refuse_handshake(scope, send, refusal)
        return
    place = Place(scope)
    try:
        await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
        await Socket(scope, place, receive, send).live()
    except LEFT:
        return
    finally:
        place.give_back()


class Socket:
    """What the hub listens for: `offer` and `refuse` never wait, a task of its own does the sending."""

    caller: Caller

    def __init__(self, scope: Scope, place: Place, receive: Receive, send: Send) -> None:
        self.locale = pick_locale(accept_language(scope))
        self._hub = hub()
        self._scope = scope
        self._place = place
        self._receive = receive
        self._send: Any = send
        self._is_greeted = False
        self._bad_frames = 0
        self._heard_at: deque[float] = deque(maxlen=MESSAGES_MOST)
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._patience = asyncio.timeout(None)

    async def live(self) -> None:
        """Until either end closes."""
        writing = asyncio.create_task(self._write())
        try:
            async with self._patience:
                await self._read()
        except TimeoutError:
            log.info("socket cut")
        finally:
            self._hub.leave(self)
            writing.cancel()
            (ended,) = await asyncio.gather(writing, return_exceptions=True)
            if isinstance(ended, Exception) and not isinstance(ended, LEFT):
                log.error("a socket could not be written to", exc_info=ended)

    def offer(self, frame: bytes) -> None:
        if self._closing is not None:
            return
        if self._waiting_bytes + len(frame) > WAITING_MAX_BYTES:
            count_limit_hit("socket_queue")
            self.refuse(SocketTooSlow())
            return
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        self._wake.set()

    def refuse(self, refusal: Refusal) -> None:
        """What waits is dropped: whoever is refused is told nothing more, and whoever is too slow could not take it."""
        self._end(CLOSE_BASE + refusal.status, refusal.code, self._error(refusal))

    async def _read(self) -> None:
        message: Any
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                message = await self._receive()
        except TimeoutError:
            self.refuse(Unauthenticated())
            message = await self._receive()
        while message["type"] == "websocket.receive":
            if self._closing is None:
                await (self._take(message) if self._is_greeted else self._greet(message))
            message = await self._receive()

    async def _greet(self, message: Mapping[str, Any]) -> None:
        try:
            self.caller = await self._caller(message)
            unread = await self._hub.join(self)
        except Exception as error:
            self._fail(error)
            return
        self._place.greeted()
        ready = {
            "type": "ready",
            "account_id": self.caller.account_id,
            "heartbeat_s": HEARTBEAT_S,
            "conversations": [],
            "unread": unread,
        }
        # Before whatever has come for the account since it joined.
        encoded = msgspec.json.encode(ready)
        self._waiting.appendleft(encoded)
        self._waiting_bytes += len(encoded)
        self._is_greeted = True
        self._wake.set()

    async def _caller(self, message: Mapping[str, Any]) -> Caller:
        """Who says hello. Raises Unauthenticated for whatever is no good one, TooMany."""
        try:
            caller = await caller_of(read_hello(message).token)
        except Refusal as refusal:
            # Guessing tokens costs what it costs a request.
            await spend_hello(self._scope, account_id=None)
            raise refusal if isinstance(refusal, Unauthenticated) else Unauthenticated() from None
        await spend_hello(self._scope, account_id=caller.account_id)
        return caller

    async def _take(self, message: Mapping[str, Any]) -> None:
        FRAMES.labels("in").inc()
        if self._is_too_fast():
            count_limit_hit("socket_messages")
            self.refuse(TooMany(retry_after_s=int(MESSAGES_WINDOW_S)))
            return
        try:
            frame, answer = read_frame(message)
        except Refusal as refusal:
            self._bad_frames += 1
            if self._bad_frames >= BAD_FRAMES_MOST:
                self._end(CLOSE_BASE + Malformed.status, refusal.code, self._error(refusal))
            else:
                self.offer(self._error(refusal))
            return
        try:
            told = await answer(self.caller, frame)
            if told is not None:
                self.offer(msgspec.json.encode(told))
        except Exception as error:
            told_no = refusal_for(error)
            if told_no is None:
                self._fail(error)
            else:
                self.offer(self._error(told_no, client_id=getattr(frame, "client_id", None)))

    def _is_too_fast(self) -> bool:
        now = asyncio.get_running_loop().time()
        oldest = self._heard_at[0] if len(self._heard_at) == MESSAGES_MOST else None
        self._heard_at.append(now)
        return oldest is not None and now - oldest < MESSAGES_WINDOW_S

    def _fail(self, error: Exception) -> None:
        refusal = refusal_for(error)
        if refusal is None:
            log.error("a socket failed", exc_info=error)
            self._end(CLOSE_BUG, "core.internal", None)
        else:
            self.refuse(refusal)

    def _error(self, refusal: Refusal, **more: object) -> bytes:
        detail = sentence(refusal.code, self.locale, **refusal.params)
        named = {name: value for name, value in more.items() if value is not None}
        return msgspec.json.encode({"type": "error", "code": refusal.code, "detail": detail, **named})

    def _end(self, code: int, reason: str, last: bytes | None) -> None:
        if self._closing is not None:
            return
        self._closing = (code, reason)
        SOCKET_CLOSES.labels(str(code)).inc()
        self._waiting = deque([last] if last else [])
        self._patience.reschedule(asyncio.get_running_loop().time() + CLOSE_TAKEN_WITHIN_S)
        self._wake.set()

    async def _write(self) -> None:
        while True:
            while self._waiting and (self._is_greeted or self._closing):
                frame = self._waiting.popleft()
                self._waiting_bytes -= len(frame)
                await self._send({"type": "websocket.send", "text": frame.decode()})
                FRAMES.labels("out").inc()
            if self._closing is not None:
                code, reason = self._closing
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
                return
            self._wake.clear()
            await self._wake.wait()
