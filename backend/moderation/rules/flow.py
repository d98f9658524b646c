"""The way of a case to its decision, and of an appeal to another person's."""

from datetime import timedelta

from backend.core.flow import Flow, Move, Timer
from backend.moderation.events import AppealDecided, AppealOverdue, AppealWaiting, CaseDecided
from backend.moderation.tables import Appeal, ModerationCase

CLAIM_LIFE = timedelta(minutes=30)
"""Whoever was called away doesn't keep a case from the others."""
APPEAL_REMINDER = timedelta(hours=48)
APPEAL_PROMISED = timedelta(hours=72)

CASE = Flow(
    name="case",
    table=ModerationCase,
    initial="open",
    moves=(
        Move("claim", ("open",), "claimed", "moderator"),
        Move("release", ("claimed",), "open", "moderator"),
        Move("time_out", ("claimed",), "open", "timer"),
        Move("decide", ("open", "claimed"), "decided", "moderator", event=lambda it: CaseDecided(case_id=it)),
    ),
    timers=(Timer("claimed", CLAIM_LIFE, move="time_out"),),
)

APPEAL = Flow(
    name="appeal",
    table=Appeal,
    initial="submitted",
    moves=(
        Move(
            "uphold",
            ("submitted",),
            "upheld",
            "another moderator",
            needs_reason=True,
            event=lambda it: AppealDecided(appeal_id=it),
        ),
        Move(
            "overturn",
            ("submitted",),
            "overturned",
            "another moderator",
            needs_reason=True,
            event=lambda it: AppealDecided(appeal_id=it),
        ),
    ),
    timers=(
        Timer("submitted", APPEAL_REMINDER, event=lambda it: AppealWaiting(appeal_id=it)),
        Timer("submitted", APPEAL_PROMISED, event=lambda it: AppealOverdue(appeal_id=it), label="overdue"),
    ),
)
