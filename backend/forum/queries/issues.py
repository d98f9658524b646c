"""Public issues: how far each is, and whose turn it is."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow
from backend.core.sentences import Locale
from backend.forum.permissions import MODERATE
from backend.forum.rules.issues import moves_for
from backend.forum.schemas.issues import IssueOut, IssueStepOut
from backend.identity.queries.organisations import SPEAKS_AS
from backend.identity.queries.places import ORGANISATION

ISSUE_SQL = f"""
SELECT i.*, t.author, {ORGANISATION.format(which="i.organisation")} AS words,
       {SPEAKS_AS.format(who="$2", which="i.organisation", at="$3")} AS speaks,
       array(SELECT row(s.target, s.reason, s.at) FROM flow_step s
             WHERE s.flow = 'public_issue' AND s.subject = i.id ORDER BY s.number) AS steps
FROM public_issue i JOIN thread t ON t.id = i.thread WHERE i.thread = $1
"""


async def issue_of_thread(caller: Caller | None, thread_id: UUID, locale: Locale) -> IssueOut | None:
    """For one who reads the thread; one statement. None: it is no issue."""
    row = await fetchrow(ISSUE_SQL, thread_id, caller.account_id if caller else None, now())
    return None if row is None else _issue(caller, row)


def response_s(row: Record) -> int | None:
    """Seconds from the raising to the organisation's first word."""
    answered: datetime | None = row["responded_at"]
    return None if answered is None else int((answered - row["raised_at"]).total_seconds())


def _issue(caller: Caller | None, row: Record) -> IssueOut:
    kind, name = row["words"]
    moderates = caller is not None and caller.may(MODERATE, row["community"])
    wrote = caller is not None and caller.account_id == row["author"]
    return IssueOut(
        organisation_id=row["organisation"],
        organisation_kind=kind,
        organisation_name=name,
        state=row["state"],
        since=row["state_since"],
        raised_at=row["raised_at"],
        responded_at=row["responded_at"],
        response_s=response_s(row),
        reason=row["reason"],
        steps=[IssueStepOut(*step) for step in row["steps"]],
        moves=moves_for(row["state"], speaks=row["speaks"], wrote_or_moderates=wrote or moderates),
    )
