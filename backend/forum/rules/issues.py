"""The way of a public issue. Only the organisation it names moves it on; its author and moderators reopen it."""

from datetime import datetime, timedelta
from typing import Any

from asyncpg import Record

from backend.core.flow import Flow, Move
from backend.forum.schemas.issues import IssueMove
from backend.forum.tables.issues import PublicIssue

OPEN = ("raised", "acknowledged", "in_progress", "reopened")
OVER = ("resolved", "declined")
PATIENCE = timedelta(hours=72)
"""Three days are what people take for an answer."""
BY_ORGANISATION: tuple[IssueMove, ...] = ("acknowledge", "start", "resolve", "decline")

FLOW = Flow(
    name="public_issue",
    table=PublicIssue,
    initial="raised",
    # The service tells of them: the event names the thread.
    moves=(
        Move("acknowledge", ("raised", "reopened"), "acknowledged", "named organisation"),
        Move("start", ("raised", "acknowledged", "reopened"), "in_progress", "named organisation"),
        Move("resolve", ("acknowledged", "in_progress", "reopened"), "resolved", "named organisation"),
        Move("decline", OPEN, "declined", "named organisation", needs_reason=True),
        Move("reopen", OVER, "reopened", "author or moderator", needs_reason=True),
        Move("name_another", (*OPEN, "declined"), "raised", "moderator"),
    ),
)


def may_move(move: IssueMove, *, speaks: bool, wrote_or_moderates: bool) -> bool:
    """Whether somebody who speaks for the named organisation, or is its author or a moderator, may take this move."""
    return speaks if move in BY_ORGANISATION else wrote_or_moderates


def moves_for(state: str, *, speaks: bool, wrote_or_moderates: bool) -> list[IssueMove]:
    """What this person may do next, in the order of the flow."""
    offered: tuple[IssueMove, ...] = (*BY_ORGANISATION, "reopen")
    return [
        move for move in offered
        if state in FLOW.by_name[move].sources and may_move(move, speaks=speaks, wrote_or_moderates=wrote_or_moderates)
    ]  # fmt: skip


def due_at(row: Record) -> datetime | None:
    """When neighbours have waited too long for the organisation's first word; None: nobody waits."""
    is_awaited = row["state"] in OPEN and row["responded_at"] is None
    raised_at: datetime = row["raised_at"]
    return raised_at + PATIENCE if is_awaited else None


def columns_of(move: str, row: Record, at: datetime, reason: str | None) -> dict[str, Any]:
    """What a move sets beside the state. The organisation's first move is its first word."""
    by_organisation = move in BY_ORGANISATION
    return {
        "reason": reason,
        "closed_at": at if FLOW.by_name[move].target in OVER else None,
        "responded_at": row["responded_at"] or (at if by_organisation else None),
    }
