"""What helps while one writes: drafts, preview, similar threads, whom to mention."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from backend.forum.schemas.posts import POST_MAX_CHARS


class DraftUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`content`: a ThreadCreate or ReplyCreate, unfinished, as the client keeps it."""

    community_id: UUID
    board_id: UUID | None = None
    thread_id: UUID | None = None
    content: dict[str, str | int | bool | list[str] | None] = {}


class DraftOut(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    board_id: UUID | None
    thread_id: UUID | None
    thread_title: str | None
    content: dict[str, str | int | bool | list[str] | None]
    updated_at: datetime


class DraftList(msgspec.Struct, frozen=True):
    items: list[DraftOut]


class PreviewAsk(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    body: Annotated[str, msgspec.Meta(max_length=POST_MAX_CHARS)]


class PreviewOut(msgspec.Struct, frozen=True):
    html: str


class SimilarThread(msgspec.Struct, frozen=True):
    id: UUID
    title: str
    reply_count: int
    issue_state: str | None


class SimilarThreads(msgspec.Struct, frozen=True):
    items: list[SimilarThread]


class MentionChoice(msgspec.Struct, frozen=True):
    """`link` goes into the Markdown: `[@name](link)`."""

    name: str
    kind: str
    link: str


class MentionChoices(msgspec.Struct, frozen=True):
    items: list[MentionChoice]
