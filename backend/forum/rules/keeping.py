"""How far a moderator's hand reaches."""

from datetime import datetime, timedelta

from backend.core.errors import FieldError, Invalid

PIN_DAYS_MOST = 90
"""What stays on top for longer is a page, or furniture that nobody sees any more."""
MERGED_REPLIES_MOST = 1_000
"""Renumbered in one transaction, under the locks of both threads."""


def check_pin(until: datetime, at: datetime) -> None:
    """Raises Invalid."""
    if not at < until <= at + timedelta(days=PIN_DAYS_MOST):
        raise Invalid(fields=[FieldError("until", "forum.pin_out_of_reach", params={"days": PIN_DAYS_MOST})])
