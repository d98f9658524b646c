"""What follows in search, and what runs by the clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from backend.core.events import Event, Reaction
from search.service import noting

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {}
SCHEDULES: Mapping[str, Sequence[Callable[[], Awaitable[None]]]] = {
    "* * * * *": [noting.count_asked],
    "41 3 * * *": [noting.purge_old_queries],
}
