"""Boards, threads, replies, and what they said before."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id


class Board(Table, tablename="board"):
    """A room of the forum: a community's, or one estate's."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    estate = UUID(null=True, default=None, help_text="Place; null: the whole community's.")
    name = Varchar(length=20)
    description = Varchar(length=120, default="")
    position = Integer(default=0)
    read_by = Varchar(length=10, default="community")
    post_by = Varchar(length=15, default="residents")
    thread_count = Integer(default=0, help_text="Shown threads.")
    edits = Integer(default=1, help_text="What If-Match names.")
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())

    known_reader = Check("read_by IN ('public', 'community', 'estate')")
    known_writer = Check("post_by IN ('residents', 'estate', 'owners', 'organisations')")
    estate_has_one = Check("estate IS NOT NULL OR (read_by <> 'estate' AND post_by <> 'estate')")
    counted = Check("thread_count >= 0")
    one_name = Unique(["community", "estate", "name"], nulls_distinct=False)


class Thread(Table, tablename="thread"):
    """A thread with its first post. Replies are numbered from 1; the first post is number 0."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    board = ForeignKey(Board, on_delete=OnDelete.restrict)
    author = UUID(help_text="Account.")
    organisation = UUID(null=True, default=None, help_text="Whose badge it carries; null: a neighbour's own.")
    building = UUID(null=True, default=None, help_text="Where the author lives: for 'my building'.")
    kind = Varchar(length=12, default="discussion")
    title = Varchar(length=60)
    body = Text(help_text="Markdown, as written.")
    html = Text(help_text="What neighbours see: sanitised.")
    pictures = Array(UUID(), default=list, help_text="Media shown in it.")
    state = Varchar(length=8, default="shown")
    is_withdrawn = Boolean(default=False, help_text="Its author took it back.")
    merged_into = UUID(null=True, default=None)
    reply_count = Integer(default=0, help_text="Shown replies.")
    last_number = Integer(default=0, help_text="Of the newest reply, counted on under the row's lock.")
    last_activity_at = Timestamptz(default=TimestamptzNow())
    last_author = UUID(null=True, default=None, help_text="Account of the newest shown reply.")
    official_at = Timestamptz(null=True, default=None, help_text="First answer under an organisation's badge.")
    accepted_reply = UUID(null=True, default=None)
    reactions = JSONB(default="{}", help_text="Counts by word, of the first post.")
    hot = BigInt(default=0, help_text="Milliseconds: rules.hot, by SQL when it is posted, answered or thanked.")
    pinned_until = Timestamptz(null=True, default=None)
    locked_at = Timestamptz(null=True, default=None)
    slow_mode_s = Integer(default=0, help_text="Seconds between two replies of one neighbour.")
    edits = Integer(default=1, help_text="Counts every change; what If-Match names.")
    edited_at = Timestamptz(null=True, default=None, help_text="After the silent minutes.")
    created_at = Timestamptz(default=TimestamptzNow())

    known_kind = Check("kind IN ('discussion', 'question', 'poll', 'issue')")
    known_state = Check("state IN ('shown', 'held', 'hidden', 'deleted', 'merged')")
    merged_somewhere = Check("(state = 'merged') = (merged_into IS NOT NULL)")
    counted = Check("reply_count >= 0 AND last_number >= reply_count")


class Reply(Table, tablename="reply"):
    """An answer in a thread."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    # No foreign key: its check locks the thread's row in share mode, and every reply updates that row anyway.
    thread = UUID()
    number = Integer()
    parent = UUID(null=True, default=None, help_text="The reply it answers; null: the first post.")
    author = UUID(help_text="Account.")
    organisation = UUID(null=True, default=None)
    is_official = Boolean(default=False, help_text="An official response, pinned above the others.")
    quoted = UUID(null=True, default=None, help_text="The reply or thread that quoted_text is from.")
    quoted_text = Varchar(length=500, null=True, default=None)
    body = Text(help_text="Markdown, as written.")
    html = Text()
    pictures = Array(UUID(), default=list)
    state = Varchar(length=8, default="shown")
    is_withdrawn = Boolean(default=False, help_text="Its author took it back.")
    reactions = JSONB(default="{}", help_text="Counts by word.")
    edits = Integer(default=1)
    edited_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())

    known_state = Check("state IN ('shown', 'held', 'hidden', 'deleted')")
    one_number = Unique(["thread", "number"])


class PostVersion(Table, tablename="post_version"):
    """What a thread's first post or a reply said before an edit that anyone can read."""

    id = UUID(primary_key=True, default=new_id)
    post = UUID(help_text="Thread or reply.")
    number = Integer(help_text="As its edits was.")
    title = Varchar(length=60, null=True, default=None)
    body = Text()
    html = Text()
    edited_by = UUID()
    at = Timestamptz(default=TimestamptzNow())

    one_version = Unique(["post", "number"])


class PostMention(Table, tablename="post_mention"):
    """Who was named in a thread's first post or a reply: an account, or an organisation."""

    id = UUID(primary_key=True, default=new_id)
    post = UUID()
    account = UUID(null=True, default=None)
    organisation = UUID(null=True, default=None)

    one_of_both = Check("(account IS NULL) <> (organisation IS NULL)")
    one_mention = Unique(["post", "account", "organisation"], nulls_distinct=False)


class Draft(Table, tablename="draft"):
    """What somebody has begun to write, kept on the server; the client makes its id."""

    id = UUID(primary_key=True, default=new_id)
    account = UUID(index=True)
    community = UUID()
    board = UUID(null=True, default=None)
    thread = UUID(null=True, default=None, help_text="It is a reply to this.")
    content = JSONB(help_text="A ThreadCreate or ReplyCreate, unfinished.")
    updated_at = Timestamptz(default=TimestamptzNow())
