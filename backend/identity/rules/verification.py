"""The flow of a verification, its promises in time, and its limits."""

from datetime import datetime, timedelta

from backend.core.flow import Flow, Move, Timer
from backend.identity.events import (
    VerificationDecided,
    VerificationSubmitted,
    VerificationWaiting,
)
from backend.identity.tables import Verification

CLAIM_LIFE = timedelta(minutes=30)
"""A claim left open by a moderator who was called away goes back to the queue."""
ANSWER_PROMISED = timedelta(hours=24)
NEEDS_MORE_LIFE = timedelta(days=14)
EVIDENCE_KEPT = timedelta(days=30)
"""After the decision: long enough for an objection, no longer (Personal Information Protection Law, article 47)."""
EVIDENCE_PHOTOS_MOST = 6
"""Both sides of a card, and four pages of a deed or a lease."""
ATTEMPTS_PER_ACCOUNT_DAY = 5
"""Room for honest mistakes; a script that tries numbers out gets nowhere."""
ATTEMPTS_PER_IDENTITY_DAY = 5
"""The same number from many accounts is a number that is going round."""
REFUSALS_BEFORE_LOCK = 5
"""A family entering three people one after another does not meet it."""
LOCK_MINUTES_MOST = 24 * 60
"""A day is long enough for whoever guesses, and short enough for whoever was locked by mistake."""

OPEN_STATES = ("submitted", "claimed", "needs_more")

FLOW = Flow(
    name="verification",
    table=Verification,
    initial="submitted",
    moves=(
        Move("claim", ("submitted",), "claimed", "moderator"),
        Move("release", ("claimed",), "submitted", "moderator"),
        Move(
            "approve", ("claimed",), "approved", "moderator", event=lambda it: VerificationDecided(verification_id=it)
        ),
        Move(
            "reject",
            ("claimed",),
            "rejected",
            "moderator",
            needs_reason=True,
            event=lambda it: VerificationDecided(verification_id=it),
        ),
        Move(
            "request_more",
            ("claimed",),
            "needs_more",
            "moderator",
            needs_reason=True,
            event=lambda it: VerificationDecided(verification_id=it),
        ),
        Move(
            "resubmit",
            ("needs_more",),
            "submitted",
            "applicant",
            event=lambda it: VerificationSubmitted(verification_id=it),
        ),
        Move("withdraw", OPEN_STATES, "withdrawn", "applicant"),
        Move("expire", ("needs_more",), "withdrawn", "timer"),
        Move("time_out", ("claimed",), "submitted", "timer"),
    ),
    timers=(
        Timer("submitted", ANSWER_PROMISED, event=lambda it: VerificationWaiting(verification_id=it)),
        Timer("claimed", CLAIM_LIFE, move="time_out"),
        Timer("needs_more", NEEDS_MORE_LIFE, move="expire"),
    ),
)


def lock_after(refusals: int, at: datetime) -> datetime | None:
    """Every fifth refusal locks attempts for 2^n minutes, n counting the locks so far; a day at most."""
    if refusals == 0 or refusals % REFUSALS_BEFORE_LOCK:
        return None
    minutes = min(2 ** (refusals // REFUSALS_BEFORE_LOCK), LOCK_MINUTES_MOST)
    return at + timedelta(minutes=minutes)
