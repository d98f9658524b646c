"""What follows in search, and what runs by the clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from backend.core.events import Event, Reaction
from search.events import DocumentsWaiting
from search.service import noting, sending


async def send_changes(event: DocumentsWaiting) -> None:
    await sending.send_waiting()


REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {DocumentsWaiting: [send_changes]}
SCHEDULES: Mapping[str, Sequence[Callable[[], Awaitable[None]]]] = {
    "* * * * *": [noting.count_asked, sending.send_waiting],
    "41 3 * * *": [noting.purge_old_queries],
}
