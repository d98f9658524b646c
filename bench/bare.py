"""The bare limit: the same statements over the same pool, the same bytes, and nothing else in the handler."""

import gc
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn
from litestar import Litestar, Response, get, post
from litestar.handlers import HTTPRouteHandler

from backend.commands.serve import NEW_OBJECTS_MOST, server_config
from backend.core.database import close_pool, open_pool, pool
from backend.settings import settings
from bench.recording import Recording, Statement, load
from bench.sign_ins import SignIns

JSON = "application/json"


def create_bare(recordings: dict[str, Recording]) -> Litestar:
    handlers = [_handler(name, recording) for name, recording in recordings.items()]
    return Litestar(route_handlers=[*handlers, live], lifespan=[running_bare], openapi_config=None, logging_config=None)


@get("/api/v1/health/live")
async def live() -> bytes:
    return b"{}"


@asynccontextmanager
async def running_bare(_: Litestar) -> AsyncIterator[None]:
    await open_pool()
    try:
        yield
    finally:
        await close_pool()


def _handler(name: str, recording: Recording) -> HTTPRouteHandler:
    if recording.in_transaction:
        sign_ins = SignIns.second_half()

        @post(f"/{name}", status_code=recording.status)
        async def write() -> Response[bytes]:
            fresh = sign_ins.substitutes()
            async with pool().acquire() as connection, connection.transaction():
                for statement in recording.statements:
                    await _say(connection, statement, fresh)
            return Response(recording.body, media_type=JSON)

        return write

    @get(f"/{name}")
    async def read() -> Response[bytes]:
        async with pool().acquire() as connection:
            for way, sql, args in recording.statements:
                await getattr(connection, way)(sql, *args)
        return Response(recording.body, media_type=JSON)

    return read


async def _say(connection: asyncpg.Connection, statement: Statement, fresh: dict[Any, Any]) -> None:
    way, sql, args = statement
    await getattr(connection, way)(sql, *(substitute(arg, fresh) for arg in args))


def substitute(arg: Any, fresh: dict[Any, Any]) -> Any:
    """This request's value in place of the recorded one; an unknown id or token gets one of its own."""
    if isinstance(arg, uuid.UUID):
        return fresh.setdefault(arg, uuid.uuid4())
    if isinstance(arg, bytes):
        return fresh.setdefault(arg, os.urandom(len(arg)))
    return arg


def main(port: int, recordings: Path) -> None:
    app = create_bare(load(recordings))
    config = server_config(settings(), port=port)
    # The same server in every other way: loop, parser, backlog, no access log, the collector's pace.
    config.app, config.factory = app, False
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_MOST)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
