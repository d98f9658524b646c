"""What follows in inbox, and what comes round by the clock."""

from backend.core.events import Event, Reaction
from backend.inbox import service

REACTIONS: dict[type[Event], list[Reaction]] = {}

SCHEDULES = {"37 3 * * *": [service.purge_old_items]}
