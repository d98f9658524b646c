"""What follows in moderation, and what runs by the clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from backend.core.events import Event, Reaction

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {}
SCHEDULES: Mapping[str, Sequence[Callable[[], Awaitable[None]]]] = {}
