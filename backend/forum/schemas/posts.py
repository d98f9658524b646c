"""Boards, threads and replies as they cross the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.forum.schemas.issues import IssueCreate, IssueOut
from backend.forum.schemas.polls import PollCreate, PollOut

TITLE_MIN_CHARS = 6
TITLE_MAX_CHARS = 60
"""Two lines on a phone; six characters say more than 求助."""
POST_MIN_CHARS = 8
POST_MAX_CHARS = 20_000
REPLY_MIN_CHARS = 1
REPLY_MAX_CHARS = 5_000
QUOTE_MAX_CHARS = 500
BOARD_NAME_MAX_CHARS = 20
BOARD_WORDS_MAX_CHARS = 120

ThreadKind = Literal["discussion", "question", "poll", "issue"]
PostKind = Literal["thread", "reply"]
PostState = Literal["shown", "held", "hidden", "deleted", "merged"]
Emoji = Literal["like", "thanks", "agree", "laugh", "hug", "flower"]
Level = Literal["watching", "normal", "muted"]
Order = Literal["active", "newest", "hot", "unanswered", "building"]
Show = Literal["all", "unread", "mine", "watching"]
ReadBy = Literal["public", "community", "estate"]
PostBy = Literal["residents", "estate", "owners", "organisations"]
Title = Annotated[str, msgspec.Meta(min_length=TITLE_MIN_CHARS, max_length=TITLE_MAX_CHARS)]
Post = Annotated[str, msgspec.Meta(min_length=POST_MIN_CHARS, max_length=POST_MAX_CHARS)]
ReplyText = Annotated[str, msgspec.Meta(min_length=REPLY_MIN_CHARS, max_length=REPLY_MAX_CHARS)]


class BoardCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=BOARD_NAME_MAX_CHARS)]
    description: Annotated[str, msgspec.Meta(max_length=BOARD_WORDS_MAX_CHARS)] = ""
    estate_id: UUID | None = None
    read_by: ReadBy = "community"
    post_by: PostBy = "residents"
    position: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0


class BoardUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Sent with `If-Match`. `archived`: read, no longer written in."""

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=BOARD_NAME_MAX_CHARS)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    description: Annotated[str, msgspec.Meta(max_length=BOARD_WORDS_MAX_CHARS)] | msgspec.UnsetType = msgspec.UNSET
    read_by: ReadBy | msgspec.UnsetType = msgspec.UNSET
    post_by: PostBy | msgspec.UnsetType = msgspec.UNSET
    position: Annotated[int, msgspec.Meta(ge=0, le=1_000)] | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET


class BoardOut(msgspec.Struct, frozen=True):
    """`newest_at`: its last activity. `can`: post, edit."""

    id: UUID
    community_id: UUID
    estate_id: UUID | None
    estate_name: str | None
    name: str
    description: str
    read_by: ReadBy
    post_by: PostBy
    position: int
    thread_count: int
    newest_at: datetime | None
    archived: bool
    edits: int
    can: list[Literal["post", "edit"]]


class BoardList(msgspec.Struct, frozen=True):
    items: list[BoardOut]


class ThreadCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Markdown. Pictures are `![words](media:ID)`, mentions `[@name](account:ID)` and `[@name](organisation:ID)`.

    `poll` with kind poll, `issue` with kind issue, neither otherwise. `draft_id`: the draft that it ends.
    """

    kind: ThreadKind
    title: Title
    body: Post
    organisation_id: UUID | None = None
    poll: PollCreate | None = None
    issue: IssueCreate | None = None
    draft_id: UUID | None = None


class ThreadUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Sent with `If-Match`."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    body: Post | msgspec.UnsetType = msgspec.UNSET


class ReplyCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`parent_id`: the reply it answers; none: the thread. `quote`: words of a post of this thread."""

    body: ReplyText
    parent_id: UUID | None = None
    quoted_id: UUID | None = None
    quoted_text: Annotated[str, msgspec.Meta(min_length=1, max_length=QUOTE_MAX_CHARS)] | None = None
    organisation_id: UUID | None = None
    draft_id: UUID | None = None


class ReplyUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Sent with `If-Match`."""

    body: ReplyText


class AuthorOut(msgspec.Struct, frozen=True):
    """Whose chip it carries. `kind`: the organisation's, or `resident`; `account_id` null behind a badge."""

    kind: str
    name: str
    account_id: UUID | None
    organisation_id: UUID | None


class ThreadItem(msgspec.Struct, frozen=True):
    """A row of a list. `unread`: replies since one read it; null: never opened. `issue_state` of an issue."""

    id: UUID
    board_id: UUID
    board_name: str
    kind: ThreadKind
    title: str
    excerpt: str
    author: AuthorOut
    state: PostState
    reply_count: int
    unread: int | None
    reactions: int
    picture: str | None
    last_activity_at: datetime
    last_author: str | None
    pinned: bool
    locked: bool
    answered_by_official: bool
    accepted: bool
    issue_state: str | None
    created_at: datetime


class PostOut(msgspec.Struct, frozen=True):
    """A thread's first post (number 0) or a reply. Of one that isn't shown, `html` is empty and the rest its tombstone.

    `html` is safe to show as it is. `source` is the Markdown, for its author alone. `mine`: one's own reactions.
    `can`: edit, delete, reply, report, accept, react.
    """

    id: UUID
    kind: PostKind
    number: int
    parent_id: UUID | None
    parent_number: int | None
    parent_author: str | None
    author: AuthorOut
    is_official: bool
    is_accepted: bool
    quoted_id: UUID | None
    quoted_author: str | None
    quoted_text: str | None
    html: str
    source: str | None
    state: PostState
    reactions: dict[str, int]
    mine: list[str]
    bookmarked: bool
    edits: int
    edited_at: datetime | None
    created_at: datetime
    can: list[str]


class RepliesPage(msgspec.Struct, frozen=True):
    """Replies in order of number. Cursors lead on and back; `first_number` is the first of the thread that is there."""

    items: list[PostOut]
    next_cursor: str | None
    previous_cursor: str | None


class ThreadOut(msgspec.Struct, frozen=True):
    """A thread's page. `official` are its official responses, pinned; they stand among the replies as well.

    `last_read_number`: up to where one has read; null: never. `can`: reply, edit, delete, follow, lock, pin, slow,
    move, merge, split, to_issue, respond, move_issue, report.
    """

    id: UUID
    community_id: UUID
    board_id: UUID
    board_name: str
    kind: ThreadKind
    title: str
    post: PostOut
    state: PostState
    merged_into: UUID | None
    reply_count: int
    last_number: int
    last_read_number: int | None
    level: Level
    pinned_until: datetime | None
    locked_at: datetime | None
    slow_mode_s: int
    next_reply_at: datetime | None
    accepted_reply: UUID | None
    issue: IssueOut | None
    poll: PollOut | None
    official: list[PostOut]
    replies: RepliesPage
    edits: int
    created_at: datetime
    can: list[str]


class PostMade(msgspec.Struct, frozen=True):
    """What a post became. `state` held: somebody looks at it first. `masked`: words of it were covered."""

    id: UUID
    thread_id: UUID
    number: int
    state: PostState
    masked: bool
    edits: int


class AcceptedUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The answer that helped."""

    reply_id: UUID


class PostVersionOut(msgspec.Struct, frozen=True):
    """What it said until `at`. The newest is what it says now, `at` null."""

    number: int
    title: str | None
    html: str
    at: datetime | None


class History(msgspec.Struct, frozen=True):
    items: list[PostVersionOut]


class ReadUpTo(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    number: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class ReadOut(msgspec.Struct, frozen=True):
    last_read_number: int


class FollowUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    level: Level


class FollowOut(msgspec.Struct, frozen=True):
    level: Level


class ReactionsOut(msgspec.Struct, frozen=True):
    reactions: dict[str, int]
    mine: list[str]


class BookmarkOut(msgspec.Struct, frozen=True):
    post_id: UUID
    kind: PostKind
    thread_id: UUID
    title: str
    excerpt: str
    author: AuthorOut
    at: datetime
