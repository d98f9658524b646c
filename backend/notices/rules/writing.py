"""What a notice may say of itself: who speaks, how long it holds, how it is numbered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core.errors import FieldError, Invalid
from backend.notices.errors import VoiceRefused

VALID_DAYS = 14
"""Unless its writer says otherwise: long enough for who was away, short enough that lists stay fresh."""
VALID_DAYS_MOST = 90
"""A statutory period of public notice is 60 days at the longest; what holds longer belongs on a page."""
AHEAD_DAYS_MOST = 60
"""Nobody remembers for longer what they have scheduled."""
AT_A_TIME_MOST = 30
"""Of one writer, not out yet or begun within a day: a busy office's week."""
EDITS_MOST = 200
"""Each keeps its wording; who needs more begins anew."""
URGENT_PER_ORGANISATION_MONTH = 3
"""What rings at night must stay rare, or nobody gets up for it."""

NEWSROOMS = ("committee", "party")
"""Kinds of organisation that publish news; everything else is a notice."""


def check_voice(stream: str, organisation: UUID | None, *, speaks_for: Mapping[UUID, str], resident: bool) -> None:
    """`speaks_for` are the writer's organisations and their kinds. Raises VoiceRefused."""
    kind = "resident" if organisation is None and resident else speaks_for.get(organisation) if organisation else None
    if kind is None:
        code = "field.required" if organisation is None else "field.value"
        raise VoiceRefused(fields=[FieldError("organisation_id", code)])
    if stream == "news" and kind not in NEWSROOMS:
        raise VoiceRefused(fields=[FieldError("stream", "field.value")])


def check_dates(
    starts_at: datetime | None,
    ends_at: datetime | None,
    pinned_until: datetime | None,
    *,
    at: datetime,
    begun: datetime | None = None,
) -> None:
    """`begun`: when it was published. Raises Invalid with each date that can't be."""
    wrong = []
    begins = begun or starts_at or at
    if begun is None and starts_at is not None and not at < starts_at <= at + timedelta(days=AHEAD_DAYS_MOST):
        wrong.append(FieldError("starts_at", "notices.start_out_of_reach", params={"days": AHEAD_DAYS_MOST}))
        # The others are judged as if it began now: at the far ends of the calendar there is no day after.
        begins = at
    if ends_at is not None and not max(begins, at) < ends_at <= begins + timedelta(days=VALID_DAYS_MOST):
        wrong.append(FieldError("ends_at", "notices.end_out_of_reach", params={"days": VALID_DAYS_MOST}))
    if pinned_until is not None and not begins < pinned_until <= (ends_at or default_end(begins)):
        wrong.append(FieldError("pinned_until", "notices.pin_out_of_reach"))
    if wrong:
        raise Invalid(fields=wrong)


def default_end(begins: datetime) -> datetime:
    return begins + timedelta(days=VALID_DAYS)


def end_of(row: Mapping[str, Any], begins: datetime) -> datetime:
    """Until when it holds if it begins then. Raises Invalid when its own end is past or too far by then."""
    pinned_until = row["pinned_until"]
    # A pin that ran out while it waited says nothing any more.
    check_dates(None, row["ends_at"], pinned_until if pinned_until and pinned_until > begins else None, at=begins)
    return row["ends_at"] or default_end(begins)


def reference(community_name: str, year: int, number: int) -> str:
    """As an office numbers its papers: 翠湖社区〔2026〕12号."""
    return f"{community_name}〔{year}〕{number}号"
