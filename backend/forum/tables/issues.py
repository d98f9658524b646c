"""Public issues: a thread that an organisation is asked to answer for."""

from piccolo.columns import UUID, Array, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from backend.core.ids import new_id
from backend.forum.tables.threads import Thread


class PublicIssue(Table, tablename="public_issue"):
    """Its flow is in rules; only the named organisation moves it on."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    thread = ForeignKey(Thread, on_delete=OnDelete.restrict, unique=True)
    organisation = UUID()
    asked = Array(UUID(), default=list, help_text="Every organisation it was handed to, in order; the last answers.")
    state = Varchar(length=12, default="raised")
    state_since = Timestamptz(default=TimestamptzNow())
    raised_at = Timestamptz(default=TimestamptzNow())
    responded_at = Timestamptz(null=True, default=None, help_text="The organisation's first word or move.")
    closed_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=500, null=True, default=None)

    known_state = Check("state IN ('raised', 'acknowledged', 'in_progress', 'resolved', 'declined', 'reopened')")
    declined_with_reason = Check("state <> 'declined' OR reason IS NOT NULL")
