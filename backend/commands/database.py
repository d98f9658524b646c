"""One sentence for a database that a command cannot use, in place of a page of traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from backend.parts.trouble import Trouble
from backend.settings import settings

AWAY = (FileNotFoundError, ConnectionRefusedError)


@contextmanager
def database_in_reach() -> Iterator[None]:
    """Raises Trouble for whatever keeps the body from its database."""
    try:
        yield
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if isinstance(error, AWAY) and not settings().database_url:
            raise Trouble(
                "内置数据库未运行,请先用 bin/run 启动。", "The embedded database isn't running: start it with bin/run."
            ) from error
        raise Trouble(f"无法使用数据库:{error}。", f"The database cannot be used: {error}.") from error
