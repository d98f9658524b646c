"""Telling people so that it rings, and looking at what became of it."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from backend.core.database import execute, fetch, fetchval
from backend.core.ids import new_id
from backend.inbox import service as inbox
from backend.inbox.service import pushing
from tests.house import Neighbour
from tests.push_services import WebPushService

ABOUT = UUID(int=7)
TITLE = "七号楼停水"


async def tell(*people: Neighbour, kind: str = "notice.published", **params: str | int) -> UUID:
    """One item each; their batch."""
    about = inbox.About(kind, "notice", ABOUT, None, {"title": TITLE, "author": "居委会", **params})
    once = f"test:{new_id()}"
    await inbox.tell_all([person.account_id for person in people], about, once=once)
    batch: UUID = await fetchval("SELECT batch FROM inbox_item WHERE once = $1 LIMIT 1", once)
    return batch


async def make_due() -> None:
    """Every job that waits for a later time is due now."""
    await execute("UPDATE pgqueuer SET execute_after = now() WHERE status = 'queued'")


async def deliveries(*columns: str) -> list[Any]:
    rows = await fetch("SELECT * FROM push_delivery ORDER BY id")
    return [tuple(row[name] for name in columns) if len(columns) > 1 else row[columns[0]] for row in rows]


class held_in_the_service:
    """A worker whose push has reached the service, which keeps its answer until the end."""

    def __init__(
        self,
        service: WebPushService,
        batch: UUID,
        *,
        then: Callable[["asyncio.Task[None]"], object] = lambda task: None,
        comes: bool = True,
    ) -> None:
        self._service, self._then, self._comes, self._batch = service, then, comes, batch

    async def __aenter__(self) -> None:
        self._service.open.clear()
        before = len(self._service.requests)
        self._task = asyncio.create_task(pushing.push_batch(self._batch))
        async with asyncio.timeout(20):
            while self._comes and len(self._service.requests) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            if not self._comes:
                await self._task

    async def __aexit__(self, *_: object) -> None:
        self._then(self._task)
        self._service.open.set()
        await asyncio.gather(self._task, return_exceptions=True)
