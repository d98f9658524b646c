"""Polls: who may vote is frozen when one opens; a secret ballot shares no key with who cast it."""

from piccolo.columns import UUID, Array, BigInt, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id
from backend.forum.tables.threads import Thread


class Poll(Table, tablename="poll"):
    """A thread's question to an electorate."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    thread = ForeignKey(Thread, on_delete=OnDelete.restrict, unique=True)
    question = Varchar(length=120)
    method = Varchar(length=8, default="single")
    choices_most = Integer(default=1, help_text="Of a multiple or ranked one.")
    counted_by = Varchar(length=6, default="person")
    is_secret = Boolean(default=False)
    quorum = Varchar(length=8, default="none")
    results = Varchar(length=8, default="live")
    places = Array(UUID(), default=list, help_text="Who lives below any of these votes; empty: everybody.")
    state = Varchar(length=9, default="open")
    state_since = Timestamptz(default=TimestamptzNow())
    opened_by = UUID()
    closes_at = Timestamptz()
    closed_at = Timestamptz(null=True, default=None)
    electors = Integer(default=0, help_text="Frozen: persons, homes, or (owners) homes.")
    owners = Integer(default=0, help_text="Frozen: owners as persons; one with three homes is one.")
    area_cm2 = BigInt(default=0, help_text="Frozen: floor area of all electors.")

    known_method = Check("method IN ('single', 'multiple', 'ranked')")
    known_count = Check("counted_by IN ('person', 'home', 'owners')")
    known_quorum = Check("quorum IN ('none', 'ordinary', 'major')")
    known_results = Check("results IN ('live', 'voted', 'closed')")
    known_state = Check("state IN ('open', 'closed', 'cancelled')")
    secret_until_closed = Check("NOT is_secret OR results = 'closed'")
    weighed_in_the_open = Check("NOT (is_secret AND counted_by = 'owners')")
    quorum_is_of_owners = Check("quorum = 'none' OR counted_by = 'owners'")


class PollOption(Table, tablename="poll_option"):
    """One answer to choose."""

    id = UUID(primary_key=True, default=new_id)
    poll = ForeignKey(Poll, on_delete=OnDelete.restrict)
    position = Integer()
    text = Varchar(length=60)

    one_position = Unique(["poll", "position"])


class PollElector(Table, tablename="poll_elector"):
    """One vote of a poll, as it was when it opened: a person's account, or a home."""

    id = UUID(primary_key=True, default=new_id)
    poll = ForeignKey(Poll, on_delete=OnDelete.restrict)
    account = UUID(null=True, default=None)
    home = UUID(null=True, default=None)
    building = UUID(null=True, default=None)
    owner = UUID(null=True, default=None, help_text="Person, where owners are counted: homes of one owner share it.")
    area_cm2 = BigInt(default=0)
    position = Integer(default=0, help_text="In the order of the doors; the desk's list walks along it.")

    one_of_both = Check("(account IS NULL) <> (home IS NULL)")
    one_elector = Unique(["poll", "account", "home"], nulls_distinct=False)


class PollElectorMember(Table, tablename="poll_elector_member"):
    """An account that may cast an elector's vote: of a home, everybody who lived there (owners: owned it) then."""

    id = UUID(primary_key=True, default=new_id)
    poll = UUID()
    elector = ForeignKey(PollElector, on_delete=OnDelete.restrict, index=True)
    account = UUID()

    one_member = Unique(["poll", "account", "elector"])


class PollParticipation(Table, tablename="poll_participation"):
    """That an elector has voted, by whom and how; of a secret poll never what."""

    id = UUID(primary_key=True, default=new_id)
    poll = ForeignKey(Poll, on_delete=OnDelete.restrict)
    elector = ForeignKey(PollElector, on_delete=OnDelete.restrict)
    cast_by = UUID(null=True, default=None, help_text="Account; null: on paper.")
    entered_by = UUID(null=True, default=None)
    confirmed_by = UUID(null=True, default=None)
    ballot = UUID(null=True, default=None, help_text="Of an open poll. Of a secret one there is no way from here.")
    at = Timestamptz(null=True, default=None, help_text="Of an open poll only: a moment would be a key.")

    one_vote = Unique(["poll", "elector"])
    paper_by_two = Check(
        "(entered_by IS NULL) = (confirmed_by IS NULL) AND (entered_by IS NULL OR entered_by <> confirmed_by)"
    )
    app_or_paper = Check("(cast_by IS NULL) <> (entered_by IS NULL)")


class PollBallot(Table, tablename="poll_ballot"):
    """What was voted. Its id is random, not in time's order, and so is its receipt."""

    id = UUID(primary_key=True, default=new_id)
    poll = ForeignKey(Poll, on_delete=OnDelete.restrict)
    receipt = Varchar(length=14)
    choices = Array(UUID(), help_text="Options; of a ranked poll, best first.")
    building = UUID(null=True, default=None, help_text="Only where enough electors live there to hide one.")
    area_cm2 = BigInt(default=0)
    owner = UUID(null=True, default=None, help_text="Open polls of owners only.")

    one_receipt = Unique(["poll", "receipt"])


class PaperBallot(Table, tablename="paper_ballot"):
    """Entered by one of staff, waiting for another to enter the same; then it is gone."""

    id = UUID(primary_key=True, default=new_id)
    poll = ForeignKey(Poll, on_delete=OnDelete.restrict)
    elector = ForeignKey(PollElector, on_delete=OnDelete.restrict)
    choices_hmac = Bytea(help_text="Keyed: the row doesn't say what was voted.")
    entered_by = UUID()
    at = Timestamptz(default=TimestamptzNow())

    one_paper = Unique(["poll", "elector"])
