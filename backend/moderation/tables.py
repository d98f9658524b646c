"""What moderation stores."""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id

__all__ = ["Appeal", "CaseNote", "ModerationCase", "Report", "Sanction", "WatchedWord"]


class ModerationCase(Table, tablename="moderation_case"):
    """A thing that somebody must look at, until it is decided. `case` is SQL's own word."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    subject_kind = Varchar(length=12)
    subject_id = UUID()
    author = UUID(null=True, default=None, help_text="Account that wrote it.")
    snapshot = JSONB(help_text="core.subjects.Snapshot, as it was when first reported.")
    source = Varchar(length=8)
    state = Varchar(length=8, default="open")
    state_since = Timestamptz(default=TimestamptzNow())
    claimed_by = UUID(null=True, default=None)
    weight_pct = Integer(default=0, help_text="Sum over homes of the heaviest report of each, in hundredths.")
    homes = Integer(default=0, help_text="Different homes that reported it.")
    tags = JSONB(default="[]", help_text="Of the watched words that it held.")
    auto_hidden_at = Timestamptz(null=True, default=None)
    auto_restored_at = Timestamptz(null=True, default=None)
    verdict = Varchar(length=6, null=True, default=None)
    rule = Varchar(length=12, null=True, default=None)
    sentence = Varchar(length=500, null=True, default=None)
    decided_by = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    overturned_at = Timestamptz(null=True, default=None, help_text="By an appeal.")
    opened_at = Timestamptz(default=TimestamptzNow())

    known_source = Check("source IN ('report', 'words', 'staff')")
    known_state = Check("state IN ('open', 'claimed', 'decided')")
    known_verdict = Check("verdict IN ('keep', 'hide', 'delete', 'lock')")
    decided_is_whole = Check(
        "(state = 'decided') = (verdict IS NOT NULL AND sentence IS NOT NULL AND decided_at IS NOT NULL)"
    )
    adverse_names_a_rule = Check("verdict IS NULL OR verdict = 'keep' OR rule IS NOT NULL")


class Report(Table, tablename="report"):
    """A neighbour says that something breaks the rules. Nobody but the database knows who."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    case = ForeignKey(ModerationCase, on_delete=OnDelete.restrict, db_column_name="moderation_case", index=True)
    reporter = UUID()
    home = UUID(null=True, default=None, help_text="One home counts once; null: no home here.")
    reason = Varchar(length=12)
    comment = Varchar(length=500, default="")
    weight_pct = Integer(help_text="1 + trust + accuracy at that moment, in hundredths.")
    outcome = Varchar(length=9, null=True, default=None)
    at = Timestamptz(default=TimestamptzNow())

    known_reason = Check("reason IN ('abuse', 'privacy', 'untrue', 'advert', 'illegal', 'off_topic', 'other')")
    known_outcome = Check("outcome IN ('agreed', 'disagreed')")
    one_report = Unique(["moderation_case", "reporter"])


class Sanction(Table, tablename="sanction"):
    """What a decision did to somebody: to their words (measure), to themselves (penalty), or both."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    case = ForeignKey(ModerationCase, on_delete=OnDelete.restrict, db_column_name="moderation_case", unique=True)
    account = UUID()
    measure = Varchar(length=6, null=True, default=None)
    penalty = Varchar(length=7, null=True, default=None)
    step = Integer(null=True, default=None, help_text="Rung of the ladder, from 1.")
    rule = Varchar(length=12)
    sentence = Varchar(length=500)
    decided_by = UUID()
    decided_as = Varchar(length=30, help_text="The role, for the public log.")
    starts_at = Timestamptz(default=TimestamptzNow())
    ends_at = Timestamptz(null=True, default=None, help_text="Of a mute or suspension.")
    lifted_at = Timestamptz(null=True, default=None, help_text="By an appeal.")

    known_measure = Check("measure IN ('hide', 'delete', 'lock')")
    known_penalty = Check("penalty IN ('warn', 'mute', 'suspend')")
    something = Check("measure IS NOT NULL OR penalty IS NOT NULL")
    long_ones_end = Check("(penalty IN ('mute', 'suspend')) IS NOT TRUE OR (ends_at IS NOT NULL AND step IS NOT NULL)")


class Appeal(Table, tablename="appeal"):
    """One objection to one sanction, decided by another person. Its flow is in rules."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    sanction = ForeignKey(Sanction, on_delete=OnDelete.restrict, unique=True)
    account = UUID(index=True)
    text = Varchar(length=1000)
    state = Varchar(length=10, default="submitted")
    state_since = Timestamptz(default=TimestamptzNow())
    first_decided_by = UUID(help_text="As sanction.decided_by: who may not decide this.")
    decided_by = UUID(null=True, default=None)
    decided_as = Varchar(length=30, null=True, default=None)
    reason = Varchar(length=500, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    at = Timestamptz(default=TimestamptzNow())

    known_state = Check("state IN ('submitted', 'upheld', 'overturned')")
    decided_by_another = Check("decided_by IS NULL OR decided_by <> first_decided_by")
    decided_is_whole = Check("(state = 'submitted') = (decided_by IS NULL)")


class CaseNote(Table, tablename="case_note"):
    """What moderators tell each other about a case: who was asked, what was seen. It stays as it was written."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    case = ForeignKey(ModerationCase, on_delete=OnDelete.restrict, db_column_name="moderation_case", index=True)
    writer = UUID()
    text = Varchar(length=500)
    at = Timestamptz(default=TimestamptzNow())


class WatchedWord(Table, tablename="watched_word"):
    """A word that a community, or (community null) the whole platform, wants to be stopped at."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID(null=True, default=None)
    word = Varchar(length=50)
    key = Varchar(length=100, help_text="rules.words: how it looks once tricks are taken off.")
    action = Varchar(length=5)
    tag = Varchar(length=20, null=True, default=None)
    note = Text(default="")
    is_active = Boolean(default=True)
    hits = Integer(default=0)
    created_by = UUID(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())

    known_action = Check("action IN ('block', 'hold', 'mask', 'tag')")
    tag_has_one = Check("(action = 'tag') = (tag IS NOT NULL)")
    one_word = Unique(["community", "key"], nulls_distinct=False)
