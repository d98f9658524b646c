"""Speaks ASGI by hand, for requests that no well-behaved client would send."""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.core import guard

Header = tuple[bytes, bytes]


@dataclass
class Answer:
    status: int = 0
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        found = [value for header, value in self.headers if header == name.encode()]
        assert len(found) <= 1, f"{name} was sent {len(found)} times"
        return found[0].decode() if found else None

    @property
    def problem(self) -> dict[str, Any]:
        assert self.header("content-type") == "application/problem+json"
        decoded: dict[str, Any] = json.loads(self.body)
        return decoded


class Echo:
    """A handler that reads everything and remembers it, as the application behind the guard would."""

    def __init__(self, content_type: bytes = b"application/json") -> None:
        self.bodies: list[bytes] = []
        self.content_type = content_type

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        if scope["method"] not in guard.BODILESS:
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", self.content_type)]})
        await send({"type": "http.response.body", "body": b"{}"})


async def call(
    app: Callable[..., Awaitable[None]],
    method: str = "GET",
    path: str = "/",
    *,
    raw_path: bytes | None = None,
    query: bytes = b"",
    headers: Iterable[Header] = (),
    body: bytes | Sequence[bytes] = b"",
    client: tuple[str, int] | None = ("127.0.0.1", 40000),
    state: dict[str, Any] | None = None,
) -> Answer:
    """One request; `body` as pieces arrives in several messages."""
    pieces = [body] if isinstance(body, bytes) else list(body)
    answer = Answer()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode() if raw_path is None else raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"linli.test"), *headers],
        "client": client,
        "server": ("127.0.0.1", 80),
        "state": {} if state is None else state,
    }

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = list(message["headers"])
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


def as_json(body: bytes) -> list[Header]:
    return [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
