"""`GET /api/v1/socket`: where the sockets are reached. What they speak stands in docs/socket.md."""

from typing import Any

from litestar import WebSocket, websocket

from backend.core.auth import PUBLIC, rule
from backend.core.limits import unlimited
from backend.core.sockets import serve


# Public, since the token comes in the first frame: a URL is written to logs, and a browser sends no headers of ours.
@websocket("/socket", opt=rule(PUBLIC) | unlimited())
async def open_socket(socket: WebSocket[Any, Any, Any]) -> None:
    await serve(socket.scope, socket.receive, socket.send)


ROUTES = [open_socket]
