"""What inbox stores. Accounts and what an item is about are named by id: they belong to other domains."""

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id

__all__ = ["Device", "InboxItem", "InboxPreference", "PushDelivery"]


class InboxItem(Table, tablename="inbox_item"):
    """One thing that one account was told, once. A later one of the same group counts on the unread head of it."""

    id = UUID(primary_key=True, default=new_id)
    account = UUID()
    community = UUID(null=True, default=None)
    kind = Varchar(length=40, help_text="A key of rules.KINDS.")
    subject_kind = Varchar(length=20, help_text="What a tap opens: notice, verification …")
    subject_id = UUID()
    params = JSONB(default="{}", help_text="What the kind's sentence is filled with.")
    once = Varchar(length=120, help_text="Telling this account the same again changes nothing.")
    group_key = Varchar(length=80, null=True, default=None)
    merged_into: ForeignKey = ForeignKey("self", on_delete=OnDelete.cascade, null=True, default=None)
    merged_count = Integer(default=1, help_text="How many this head stands for.")
    batch = UUID(help_text="What was told together is pushed together.")
    created_at = Timestamptz(default=TimestamptzNow())
    told_at = Timestamptz(
        default=TimestamptzNow(), help_text="When the newest it stands for was told: the list's order."
    )
    changed_at = Timestamptz(default=TimestamptzNow(), help_text="Any change, reading too: what sockets follow.")
    read_at = Timestamptz(null=True, default=None)
    kept_until = Timestamptz(null=True, default=None, help_text="Purged no earlier, such as an acknowledged notice.")
    retracted_at = Timestamptz(
        null=True, default=None, help_text="What it was about is gone; the row stays for `once`."
    )
    push_state = Varchar(length=10, default="none")
    push_due_at = Timestamptz(null=True, default=None)
    push_round = SmallInt(default=1, help_text="2 when those who have not read are pushed again.")

    told_once = Unique(["account", "once"])
    known_push_state = Check("push_state IN ('none', 'waiting', 'done')")
    waiting_is_due = Check("push_state <> 'waiting' OR push_due_at IS NOT NULL")
    head_or_merged = Check("merged_into IS NULL OR merged_count = 1")


class InboxPreference(Table, tablename="inbox_preference"):
    """What an account chose; no row means the defaults in rules."""

    account = UUID(primary_key=True, default=new_id)
    quiet = Boolean(default=True)
    quiet_from_min = SmallInt(default=22 * 60, help_text="Minutes after midnight, in the community's zone.")
    quiet_until_min = SmallInt(default=7 * 60)
    choices = JSONB(default="{}", help_text="{kind: {channel: bool}}, only where it differs from the kind's default.")
    changed_at = Timestamptz(default=TimestamptzNow())

    minutes_of_a_day = Check("quiet_from_min BETWEEN 0 AND 1439 AND quiet_until_min BETWEEN 0 AND 1439")


class Device(Table, tablename="device"):
    """Where a signed-in session can be pushed to. One token, one row: the newest session that brought it has it."""

    id = UUID(primary_key=True, default=new_id)
    account = UUID(index=True)
    session = UUID(unique=True)
    provider = Varchar(length=10)
    token_hmac = Bytea(unique=True)
    address_sealed = Text(help_text="The token, or the Web Push subscription as JSON.")
    created_at = Timestamptz(default=TimestamptzNow())
    seen_at = Timestamptz(default=TimestamptzNow())

    known_provider = Check("provider IN ('fcm', 'web_push', 'log')")


class PushDelivery(Table, tablename="push_delivery"):
    """One item on its way to one device. Claimed and committed before it is sent, settled after."""

    id = UUID(primary_key=True, default=new_id)
    item = ForeignKey(InboxItem, on_delete=OnDelete.cascade)
    device = UUID()
    round = SmallInt(default=1)
    provider = Varchar(length=10)
    state = Varchar(length=10, default="queued")
    attempts = SmallInt(default=0)
    unknown_attempts = SmallInt(default=0, help_text="Sent perhaps: the process or the answer was lost.")
    due_at = Timestamptz(default=TimestamptzNow())
    claimed_at = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    detail = Varchar(length=60, null=True, default=None, help_text="The provider's own code.")

    once_a_round = Unique(["item", "device", "round"])
    known_state = Check("state IN ('queued', 'sending', 'sent', 'failed', 'gone', 'unknown')")
