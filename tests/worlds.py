"""What many tests begin with: made once through the API, then copied together with its database."""

import copy
import os
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

import asyncpg
from litestar import Litestar

from backend.core import crypto
from backend.core.callers import CALLERS
from backend.core.logs import set_up_logging
from backend.moderation.service.screening import forget_words
from backend.settings import settings
from tests.forum.square import open_square
from tests.house import House, open_house
from tests.moderation.court import open_court
from tests.notices.office import open_office

OPENERS: dict[str, Callable[[House], Awaitable[Any]]] = {
    "court": open_court,
    "office": open_office,
    "square": open_square,
}
"""By the fixture that hands it to the test."""
GOOD_FOR_S = 240
"""Its people are signed in for ten minutes, of which a test may take five."""


@dataclass
class _Made:
    database: str
    house: House
    world: Any
    at: float


class Worlds:
    """Those of one worker, each as it was when it was opened."""

    def __init__(self, router: Litestar, dsn: str) -> None:
        self._router = router
        self._dsn = dsn
        self._made: dict[str, _Made] = {}
        self._begun: str | None = None

    async def database_for(self, fixtures: Collection[str], server: asyncpg.Connection, template: str) -> str:
        """What the database of a test with these fixtures is copied from: a world's, or `template`."""
        # With the clock in its hand a test opens its own: people sign in by that clock.
        wanted = [] if "moved_clock" in fixtures else [name for name in OPENERS if name in fixtures]
        self._begun = wanted[0] if wanted else None
        if self._begun is None:
            return template
        made = self._made.get(self._begun)
        if made is None or time.monotonic() - made.at > GOOD_FOR_S:
            if made is not None:
                await server.execute(f"DROP DATABASE {made.database} WITH (FORCE)")
            made = self._made[self._begun] = await self._make(self._begun, server, template)
        # The communities and sessions of a copy have the ids of the last one's.
        forget_words()
        CALLERS.forget()
        return made.database

    async def begin(self, name: str, house: House) -> Any:
        """The world `name` in this house, whose people have done nothing yet."""
        if self._begun != name:
            return await OPENERS[name](house)
        made = self._made[name]
        house.go_on_from(made.house)
        return copy.deepcopy(made.world, {id(made.house): house})

    async def _make(self, name: str, server: asyncpg.Connection, template: str) -> _Made:
        database = f"world_{name}"
        await copy_database(server, template, database)
        point_at(self._dsn, database)
        os.environ["LINLI_RATE_SCALE"] = "0"
        settings.cache_clear()
        try:
            async with open_house(self._router) as house:
                return _Made(database, house, await OPENERS[name](house), time.monotonic())
        finally:
            del os.environ["LINLI_RATE_SCALE"]
            settings.cache_clear()


async def copy_database(server: asyncpg.Connection, source: str, name: str) -> None:
    # Files as they are, copied by the kernel: a fifth of the time that PostgreSQL's own copying takes, and that is
    # a fifth of what it takes to write all of it to the log as well.
    await server.execute("SET file_copy_method = clone")
    await server.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")


def point_at(dsn: str, name: str) -> None:
    """The application's settings name this database of the server from now on."""
    os.environ["LINLI_DATABASE_URL"] = dsn.replace("/linli?", f"/{name}?")
    settings.cache_clear()
    crypto.ring.cache_clear()
    set_up_logging("WARNING", pretty=False)
