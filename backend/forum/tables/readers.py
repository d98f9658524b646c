"""What each account has read, follows, thanks and keeps."""

from piccolo.columns import UUID, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id


class ThreadReader(Table, tablename="thread_reader"):
    """How far an account has read a thread, and how loudly it follows it. No row: never opened."""

    id = UUID(primary_key=True, default=new_id)
    # No foreign key: its check would lock the thread's row, and readers would wait for whoever replies.
    thread = UUID()
    account = UUID()
    level = Varchar(length=8, default="normal")
    last_read_number = Integer(default=0)
    read_at = Timestamptz(null=True, default=None)

    known_level = Check("level IN ('watching', 'normal', 'muted')")
    one_reader = Unique(["account", "thread"])


class PostReaction(Table, tablename="post_reaction"):
    """One account's one reaction to a thread's first post or a reply."""

    id = UUID(primary_key=True, default=new_id)
    post = UUID()
    account = UUID()
    emoji = Varchar(length=8)
    at = Timestamptz(default=TimestamptzNow())

    known_emoji = Check("emoji IN ('like', 'thanks', 'agree', 'laugh', 'hug', 'flower')")
    one_reaction = Unique(["post", "account", "emoji"])


class Bookmark(Table, tablename="bookmark"):
    """A thread or reply that somebody wants to find again."""

    id = UUID(primary_key=True, default=new_id)
    account = UUID()
    kind = Varchar(length=6)
    post = UUID()
    thread = UUID()
    at = Timestamptz(default=TimestamptzNow())

    known_kind = Check("kind IN ('thread', 'reply')")
    one_bookmark = Unique(["account", "post"])
