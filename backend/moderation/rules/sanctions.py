"""What a decision may do to somebody, for how long, and until when they may object."""

from datetime import datetime, timedelta

LADDER_H = (24, 72, 168, 720)
"""A day, three, a week, thirty days: what a mute or suspension lasts by how many came before."""
APPEAL_WITHIN = timedelta(days=7)
SANCTIONS_SHOWN_MOST = 100
"""Of one's own, the newest; nobody of good will has ten."""


def next_step(before: int) -> int:
    """The rung, from 1, after so many mutes and suspensions that were not overturned."""
    return min(before + 1, len(LADDER_H))


def hours_of(step: int) -> int:
    return LADDER_H[step - 1]


def appeal_until(starts_at: datetime) -> datetime:
    return starts_at + APPEAL_WITHIN
