"""The way of a notice from a draft to every door, and its promises in time."""

from datetime import timedelta

from backend.core.flow import Flow, Move, Timer
from backend.notices.events import (
    NoticeApproved,
    NoticeExpired,
    NoticeReturned,
    NoticeScheduled,
    NoticeSubmitted,
    NoticeWaiting,
    NoticeWaitingLong,
    NoticeWithdrawn,
)
from backend.notices.tables import Notice

REVIEW_PROMISED = timedelta(hours=24)
"""Then the moderators are reminded."""
REVIEW_OVERDUE = timedelta(hours=72)
"""Then the committee admin is told."""

FLOW = Flow(
    name="notice",
    table=Notice,
    initial="draft",
    moves=(
        Move("submit", ("draft", "returned"), "submitted", "submitter", event=lambda it: NoticeSubmitted(notice_id=it)),
        Move(
            "return",
            ("submitted",),
            "returned",
            "moderator",
            needs_reason=True,
            event=lambda it: NoticeReturned(notice_id=it),
        ),
        Move("approve", ("submitted",), "approved", "moderator", event=lambda it: NoticeApproved(notice_id=it)),
        Move("second", ("approved",), "approved", "another moderator, an urgent one"),
        Move(
            "schedule",
            ("draft", "approved"),
            "scheduled",
            "moderator, news from the draft",
            event=lambda it: NoticeScheduled(notice_id=it),
        ),
        # The service tells of these two: the event names the version.
        Move("publish", ("draft", "approved", "scheduled"), "published", "moderator or timer, news from the draft"),
        Move("revise", ("published",), "published", "moderator"),
        Move("expire", ("published",), "expired", "timer", event=lambda it: NoticeExpired(notice_id=it)),
        Move(
            "withdraw",
            ("draft", "submitted", "returned", "approved", "scheduled"),
            "withdrawn",
            "submitter",
            event=lambda it: NoticeWithdrawn(notice_id=it),
        ),
        Move(
            "take_down",
            ("approved", "scheduled", "published"),
            "withdrawn",
            "moderator",
            needs_reason=True,
            event=lambda it: NoticeWithdrawn(notice_id=it),
        ),
    ),
    timers=(
        Timer("submitted", REVIEW_PROMISED, event=lambda it: NoticeWaiting(notice_id=it)),
        Timer("submitted", REVIEW_OVERDUE, event=lambda it: NoticeWaitingLong(notice_id=it), label="second reminder"),
    ),
)
