"""What notices store."""

from piccolo.columns import UUID, Array, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id

__all__ = [
    "GridPlace",
    "Notice",
    "NoticeAttachment",
    "NoticeReceipt",
    "NoticeReminder",
    "NoticeSerial",
    "NoticeVersion",
    "NoticeVisit",
]


class Notice(Table, tablename="notice"):
    """A notice or a piece of news. Its flow is in rules; its audience is places ∩ groups, empty meaning everybody."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    stream = Varchar(length=10)
    organisation = UUID(null=True, default=None, help_text="Whose badge it carries; null: a resident's own.")
    submitter = UUID(help_text="Account.")
    title = Varchar(length=60)
    body = Text(help_text="Plain text; blank lines part paragraphs.")
    priority = Varchar(length=10, default="normal")
    is_public = Boolean(default=False, help_text="Readable without an account.")
    ack_required = Boolean(default=False)
    places = Array(UUID(), default=list, help_text="Estates, buildings, entrances, homes; any of them.")
    groups = Array(Varchar(), default=list, help_text="Words of rules.audience; any of them.")
    starts_at = Timestamptz(null=True, default=None, help_text="When it is to be published; null: at once.")
    ends_at = Timestamptz(null=True, default=None, help_text="Valid until; set when it is published at the latest.")
    pinned_until = Timestamptz(null=True, default=None)
    state = Varchar(length=10, default="draft")
    state_since = Timestamptz(default=TimestamptzNow())
    version = Integer(default=1, help_text="What readers acknowledge: counts changes since publication.")
    edits = Integer(default=1, help_text="Counts every change; what If-Match names.")
    reference = Varchar(length=60, null=True, default=None, help_text="翠湖社区〔2026〕12号")
    approved_by = UUID(null=True, default=None)
    seconded_by = UUID(null=True, default=None, help_text="The second pair of eyes on an urgent one.")
    published_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=500, null=True, default=None, help_text="Why it was returned or taken down.")
    hidden_at = Timestamptz(null=True, default=None, help_text="By moderation; its writer and the desk see it still.")
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())

    known_stream = Check("stream IN ('news', 'notice')")
    known_priority = Check("priority IN ('normal', 'important', 'urgent')")
    known_state = Check(
        "state IN ('draft', 'submitted', 'returned', 'approved', 'scheduled', 'published', 'expired', 'withdrawn')"
    )
    reviewer_is_another = Check("stream = 'news' OR approved_by IS NULL OR approved_by <> submitter")
    second_is_another = Check("seconded_by IS NULL OR (seconded_by <> approved_by AND seconded_by <> submitter)")
    published_is_whole = Check(
        "state NOT IN ('published', 'expired')"
        " OR (published_at IS NOT NULL AND ends_at IS NOT NULL AND reference IS NOT NULL)"
    )
    one_reference = Unique(["community", "reference"])


class NoticeVersion(Table, tablename="notice_version"):
    """What it said after each change, so that a reviewer's edit and a correction keep the difference."""

    id = UUID(primary_key=True, default=new_id)
    notice = ForeignKey(Notice, on_delete=OnDelete.restrict)
    number = Integer(help_text="As notice.edits was.")
    title = Varchar(length=60)
    body = Text()
    edited_by = UUID()
    as_reviewer = Boolean(default=False)
    at = Timestamptz(default=TimestamptzNow())

    one_version_number = Unique(["notice", "number"])


class NoticeAttachment(Table, tablename="notice_attachment"):
    """A picture or PDF of a notice."""

    id = UUID(primary_key=True, default=new_id)
    notice = ForeignKey(Notice, on_delete=OnDelete.restrict)
    medium = UUID()
    position = Integer()

    one_attachment_once = Unique(["notice", "medium"])


class NoticeReceipt(Table, tablename="notice_receipt"):
    """That an account has read a notice, up to which version, and acknowledged it."""

    id = UUID(primary_key=True, default=new_id)
    # No foreign key: its check locks the notice's row, and readers would wait for whoever is changing the notice.
    notice = UUID()
    account = UUID(index=True)
    read_version = Integer()
    read_at = Timestamptz(default=TimestamptzNow())
    acknowledged_version = Integer(null=True, default=None)
    acknowledged_at = Timestamptz(null=True, default=None)

    one_receipt_each = Unique(["notice", "account"])
    acknowledged_is_read = Check("acknowledged_version IS NULL OR acknowledged_version <= read_version")


class NoticeVisit(Table, tablename="notice_visit"):
    """Somebody of a home was told in person. Two workers at one door, or one tick sent twice, are one row."""

    id = UUID(primary_key=True, default=new_id)
    notice = ForeignKey(Notice, on_delete=OnDelete.restrict)
    home = UUID()
    version = Integer()
    visited_by = UUID(help_text="The worker's account.")
    told = Varchar(length=60, help_text="Who at the door: 本人, 老伴, 邻居转告 …")
    note = Varchar(length=200, default="")
    visited_at = Timestamptz(help_text="By the worker's phone, which may have been offline.")
    recorded_at = Timestamptz(default=TimestamptzNow())

    one_visit_a_home = Unique(["notice", "home", "version"])


class NoticeReminder(Table, tablename="notice_reminder"):
    """One round of telling those who have not read: by schedule (step) or by hand (sent_by)."""

    id = UUID(primary_key=True, default=new_id)
    notice = ForeignKey(Notice, on_delete=OnDelete.restrict)
    version = Integer()
    step = Varchar(length=10, null=True, default=None)
    channel = Varchar(length=10)
    sent_by = UUID(null=True, default=None)
    recipients = Integer(default=0, help_text="Accounts; homes for a door list.")
    places = Array(UUID(), default=list, help_text="Only who lives below these; empty: everybody.")
    at = Timestamptz(default=TimestamptzNow())

    known_step = Check("step IN ('first', 'again', 'sms', 'doors')")
    known_channel = Check("channel IN ('push', 'sms', 'doors')")
    one_reminder_a_step = Unique(["notice", "version", "step"])
    by_step_or_hand = Check("(step IS NULL) <> (sent_by IS NULL)")


class NoticeSerial(Table, tablename="notice_serial"):
    """The last reference number of a community's year."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    year = Integer()
    last = Integer(default=0)

    one_serial_a_year = Unique(["community", "year"])


class GridPlace(Table, tablename="grid_place"):
    """An estate, building or entrance that a grid worker walks."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    worker = UUID(help_text="Account.")
    place = UUID()
    since = Date()

    one_worker_place = Unique(["worker", "place"])
