"""`linli serve`: the API, the sockets and the web client in this process."""

import argparse
import gc
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from litestar.types import ASGIApp

from backend.app import create_app
from backend.core.socket_protocol import EndingProtocol
from backend.settings import Settings, settings

GRACE_S = 10
"""Requests under way get this long to end after SIGTERM."""
FRAME_MAX_BYTES = 65_536
"""A socket frame; the server's default of 16 MiB lets twenty sockets fill the memory."""
FRAMES_QUEUED_MAX = 16
PING_EVERY_S = 20.0
BACKLOG_MAX = 512
NEW_OBJECTS_MOST = 50_000
"""More made than gone before cycles are looked for. A page makes and drops thousands; Python's 700 looked at each."""


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="linli serve", description=__doc__)
    parser.add_argument("--port", type=int, help="instead of LINLI_PORT")
    parser.add_argument("--uds", type=Path, help="listen on a unix socket instead")
    chosen = parser.parse_args(words)
    uvicorn.Server(server_config(settings(), port=chosen.port, socket=chosen.uds)).run()


def server_config(chosen: Settings, *, port: int | None = None, socket: Path | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        create_served_app,
        factory=True,
        host=chosen.host,
        port=port or chosen.port,
        uds=str(socket) if socket else None,
        backlog=BACKLOG_MAX,
        loop="uvloop",
        http="httptools",
        ws=EndingProtocol,
        ws_max_size=FRAME_MAX_BYTES,
        ws_max_queue=FRAMES_QUEUED_MAX,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PING_EVERY_S,
        # A compressed bomb of 15 kB unpacks to megabytes; our frames are short.
        ws_per_message_deflate=False,
        server_header=False,
        # The application writes its own lines, which carry no query strings and no addresses of people.
        access_log=False,
        log_config=None,
        # core/peers reads X-Forwarded-For itself, and only behind LINLI_TRUSTED_PROXIES.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def create_served_app() -> ASGIApp:
    """Built, and what that made is left alone by the collector from then on: it stays as long as the process."""
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_MOST)
    return app
