"""How far a notice has come, in homes. A home stands in exactly one state, however many live in it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

HomeState = Literal["acknowledged", "reached", "told", "unreached"]
STATES: tuple[HomeState, ...] = ("acknowledged", "reached", "told", "unreached")
TO_KNOCK: tuple[HomeState, ...] = ("told", "unreached")
"""What a door list shows: where nobody has read, ticked or not."""
DOOR_LISTS_MOST = 30
"""Notices that go to the doors at one time; a community with more has stopped telling what is important."""
DOORS_MOST = 2_000
"""Of one drill-down: a large building has 600 homes, an estate of towers some thousand."""


def home_state(*, acknowledged: bool, read: bool, visited: bool) -> HomeState:
    """The furthest that a home has come; the same as `queries.homes` says in SQL."""
    return "acknowledged" if acknowledged else "reached" if read else "told" if visited else "unreached"


def share_of(homes: int, unreached: int) -> int:
    """Whole percent of homes reached in any way; 100 only when none is left."""
    return 100 if unreached == 0 else (homes - unreached) * 100 // homes


def summed(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """Column by column: homes and their states of several entrances or buildings."""
    return tuple(map(sum, zip(*counts, strict=True))) or (0,) * (1 + len(STATES))


def visited_at(told_us: datetime | None, *, published_at: datetime, at: datetime) -> datetime:
    """By the phone's clock, which may be wrong: never before there was anything to tell, never in the future."""
    return at if told_us is None else max(published_at, min(told_us, at))


def to_the_minute(moment: datetime) -> datetime:
    """What is counted anew at every look says its minute: the same answer twice is then the same bytes."""
    return moment - timedelta(seconds=moment.second, microseconds=moment.microsecond)
