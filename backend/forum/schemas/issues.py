"""Public issues and official responses as they cross the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

IssueState = Literal["raised", "acknowledged", "in_progress", "resolved", "declined", "reopened"]
IssueMove = Literal["acknowledge", "start", "resolve", "decline", "reopen"]


class IssueCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who is asked to answer for it: an approved organisation of the community."""

    organisation_id: UUID


class OfficialResponse(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An answer under the organisation's badge, pinned. `move` takes an issue on at the same time."""

    organisation_id: UUID
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=5_000)]
    move: IssueMove | None = None


class IssueMoved(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`reason` is needed to decline and to reopen (which its author and moderators may do)."""

    move: IssueMove
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class IssueStepOut(msgspec.Struct, frozen=True):
    """`organisation_name`: whose turn it was; `handed_by`: who was asked before, where the step handed it on."""

    state: IssueState
    reason: str | None
    at: datetime
    organisation_name: str
    handed_by: str | None


class IssueOut(msgspec.Struct, frozen=True):
    """`response_s`: seconds until the organisation's first word; null: it is awaited. `moves`: the asker's."""

    organisation_id: UUID
    organisation_kind: str
    organisation_name: str
    state: IssueState
    since: datetime
    raised_at: datetime
    responded_at: datetime | None
    response_s: int | None
    reason: str | None
    steps: list[IssueStepOut]
    moves: list[IssueMove]


class IssueItem(msgspec.Struct, frozen=True):
    """A row of an organisation's or the desk's list of issues. `due_at`: when its first word is overdue."""

    thread_id: UUID
    title: str
    author_name: str
    organisation_id: UUID
    organisation_name: str
    state: IssueState
    since: datetime
    raised_at: datetime
    response_s: int | None
    due_at: datetime | None
    reply_count: int
