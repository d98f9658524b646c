"""What moderators do to a thread, as it crosses the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from backend.forum.schemas.posts import Title

REASON_MAX_CHARS = 500
MOVED_MOST = 100
"""Replies split off at once: one transaction stays short."""
SLOW_MODE_MOST_S = 3_600

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_MAX_CHARS)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class PinUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    until: Moment


class LockUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    reason: Reason


class SlowMode(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """0 ends it."""

    seconds: Annotated[int, msgspec.Meta(ge=0, le=SLOW_MODE_MOST_S)]


class MoveUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    board_id: UUID


class MergeUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    into_id: UUID


class SplitCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Replies of this thread that become a thread of their own, the first of them its first post."""

    title: Title
    reply_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=MOVED_MOST)]
    board_id: UUID | None = None
