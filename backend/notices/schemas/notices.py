"""Notices as residents write and read them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

TITLE_MIN_CHARS = 2
TITLE_MAX_CHARS = 60
"""Two lines on a phone."""
BODY_MAX_CHARS = 5_000
"""Four pages of A4; more belongs in an attachment."""
REASON_MAX_CHARS = 500
PLACES_MOST = 200
"""Every building of a large community; more is everybody."""
ATTACHMENTS_MOST = 9

Stream = Literal["news", "notice"]
Priority = Literal["normal", "important", "urgent"]
State = Literal["draft", "submitted", "returned", "approved", "scheduled", "published", "expired", "withdrawn"]
Group = Literal[
    "age:60",
    "relation:owner",
    "relation:tenant",
    "relation:family",
    "role:volunteer",
    "role:volunteer_coordinator",
    "role:worker",
    "role:moderator",
    "role:committee_admin",
    "role:org_member",
    "role:merchant",
]
Title = Annotated[str, msgspec.Meta(min_length=TITLE_MIN_CHARS, max_length=TITLE_MAX_CHARS)]
Body = Annotated[str, msgspec.Meta(min_length=1, max_length=BODY_MAX_CHARS)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_MAX_CHARS)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Attachments = Annotated[list[UUID], msgspec.Meta(max_length=ATTACHMENTS_MOST)]


class Audience(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Members who live in any of `places` (none: anywhere) and belong to any of `groups` (none: everybody)."""

    places: Annotated[list[UUID], msgspec.Meta(max_length=PLACES_MOST)] = []
    groups: Annotated[list[Group], msgspec.Meta(max_length=20)] = []


class NoticeCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A draft. `organisation_id` when it speaks for one; none: a resident's own. Media of purpose `attachment`."""

    stream: Stream
    title: Title
    body: Body
    organisation_id: UUID | None = None
    priority: Priority = "normal"
    is_public: bool = False
    ack_required: bool = False
    audience: Audience = msgspec.field(default_factory=Audience)
    attachment_media_ids: Attachments = []
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    pinned_until: Moment | None = None


class NoticeUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Sent with `If-Match`. Once published, by the desk only: it makes a new version and asks again."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    body: Body | msgspec.UnsetType = msgspec.UNSET
    organisation_id: UUID | None | msgspec.UnsetType = msgspec.UNSET
    priority: Priority | msgspec.UnsetType = msgspec.UNSET
    is_public: bool | msgspec.UnsetType = msgspec.UNSET
    ack_required: bool | msgspec.UnsetType = msgspec.UNSET
    audience: Audience | msgspec.UnsetType = msgspec.UNSET
    attachment_media_ids: Attachments | msgspec.UnsetType = msgspec.UNSET
    starts_at: Moment | None | msgspec.UnsetType = msgspec.UNSET
    ends_at: Moment | None | msgspec.UnsetType = msgspec.UNSET
    pinned_until: Moment | None | msgspec.UnsetType = msgspec.UNSET


class AuthorOut(msgspec.Struct, frozen=True):
    """Whose chip it carries. `kind` is the organisation's, or `resident`."""

    kind: str
    name: str
    organisation_id: UUID | None


class AttachmentOut(msgspec.Struct, frozen=True):
    """`url` is below /api/v1; a picture takes /320, /720 or /1440 after it, a PDF /file."""

    id: UUID
    kind: Literal["image", "pdf"]
    name: str
    size_bytes: int
    pages: int | None
    width: int | None
    height: int | None
    thumbhash: str | None
    url: str


class NoticeItem(msgspec.Struct, frozen=True):
    """A row of a list. `read` and `acknowledged` are of the current version, for the asker."""

    id: UUID
    stream: Stream
    title: str
    excerpt: str
    author: AuthorOut
    priority: Priority
    state: State
    is_public: bool
    ack_required: bool
    pinned: bool
    attachments: int
    version: int
    reference: str | None
    published_at: datetime | None
    ends_at: datetime | None
    updated_at: datetime
    read: bool
    acknowledged: bool


class NoticeStepOut(msgspec.Struct, frozen=True):
    """A step of its way, for its submitter: never who decided, always why."""

    move: str
    state: State
    reason: str | None
    at: datetime


class Piece(msgspec.Struct, frozen=True):
    """A run of text that both versions have, or one of them."""

    kind: Literal["same", "added", "removed"]
    text: str


class DifferenceOut(msgspec.Struct, frozen=True):
    """From the version that was submitted to the one that stands now."""

    title: list[Piece]
    body: list[Piece]


class NoticeOut(msgspec.Struct, frozen=True):
    """`can` are the asker's next verbs: edit, submit, withdraw, acknowledge. For the submitter only: `steps`, and
    `difference`, what others changed of the words that were handed in."""

    id: UUID
    community_id: UUID
    community_name: str
    stream: Stream
    title: str
    body: str
    author: AuthorOut
    priority: Priority
    state: State
    is_public: bool
    ack_required: bool
    audience: Audience
    audience_words: str
    attachments: list[AttachmentOut]
    version: int
    edits: int
    reference: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    pinned_until: datetime | None
    published_at: datetime | None
    updated_at: datetime
    reason: str | None
    read: bool
    acknowledged_at: datetime | None
    can: list[Literal["edit", "submit", "withdraw", "acknowledge"]]
    steps: list[NoticeStepOut]
    difference: DifferenceOut | None


class Withdrawal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`reason` is needed from the desk."""

    reason: Reason | None = None


class ReceiptOut(msgspec.Struct, frozen=True):
    version: int
    read_at: datetime
    acknowledged_at: datetime | None


class EstimateOut(msgspec.Struct, frozen=True):
    """Whom an audience reaches now: doors, people with an account, and of these who have the app in use."""

    homes: int
    people: int
    with_app: int
