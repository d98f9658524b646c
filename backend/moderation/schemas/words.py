"""Watched words as they cross the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

WORD_MIN_CHARS = 2
WORD_MAX_CHARS = 50
TAG_MAX_CHARS = 20
NOTE_MAX_CHARS = 200

WordAction = Literal["block", "hold", "mask", "tag"]
Word = Annotated[str, msgspec.Meta(min_length=WORD_MIN_CHARS, max_length=WORD_MAX_CHARS)]


class WordCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`community_id` null: the whole platform's, by the platform's admin alone. `tag` with action tag."""

    word: Word
    action: WordAction
    community_id: UUID | None = None
    tag: Annotated[str, msgspec.Meta(min_length=1, max_length=TAG_MAX_CHARS)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=NOTE_MAX_CHARS)] = ""


class WordUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    action: WordAction | msgspec.UnsetType = msgspec.UNSET
    tag: Annotated[str, msgspec.Meta(min_length=1, max_length=TAG_MAX_CHARS)] | None | msgspec.UnsetType = msgspec.UNSET
    note: Annotated[str, msgspec.Meta(max_length=NOTE_MAX_CHARS)] | msgspec.UnsetType = msgspec.UNSET
    is_active: bool | msgspec.UnsetType = msgspec.UNSET


class WordOut(msgspec.Struct, frozen=True):
    """`mine`: of this community, and so to be changed here; otherwise the platform's."""

    id: UUID
    word: str
    action: WordAction
    tag: str | None
    note: str
    is_active: bool
    hits: int
    mine: bool
    created_at: datetime


class WordTry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What would happen to this text."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=5_000)]


class WordHit(msgspec.Struct, frozen=True):
    word: str
    action: WordAction
    found: str


class WordTried(msgspec.Struct, frozen=True):
    outcome: Literal["pass", "block", "hold", "mask", "tag"]
    masked: str
    hits: list[WordHit]
