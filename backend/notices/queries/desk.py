"""Notices as the desk lists and reviews them."""

from datetime import datetime
from functools import cache
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.core.sentences import Locale
from backend.identity.queries.names import NAME
from backend.notices.access import IS_PRIVATE, VOICE, hand_of
from backend.notices.permissions import READ_COVERAGE, REVIEW
from backend.notices.queries.reading import AUTHOR, HANDED_IN, author_of, notice, pattern_of
from backend.notices.queries.urgent import URGENT_USED
from backend.notices.rules.desk import missing, next_moves, waits_for_publishing
from backend.notices.rules.difference import changes_since
from backend.notices.rules.flow import REVIEW_PROMISED
from backend.notices.rules.writing import URGENT_PER_ORGANISATION_MONTH
from backend.notices.schemas.desk import DeskNoticeItem, DeskNoticeOut, DeskStepOut, DeskTab, VersionOut
from backend.notices.schemas.notices import Stream

CHOSEN: dict[DeskTab, str] = {
    "waiting": "= 'submitted'",
    "approved": "= 'approved'",
    "scheduled": "= 'scheduled'",
    "published": "= 'published'",
    "returned": "= 'returned'",
    "past": "IN ('expired', 'withdrawn')",
    "drafts": "= 'draft'",
}
"""Named in the statement, so that a tab is one walk along the index in the order it is shown."""

# Whoever doesn't review sees what is out, and their own.
VISIBLE = f"""
(n.submitter = $2 OR n.state IN ('published', 'expired') OR $3 AND NOT {IS_PRIVATE})
"""

LIST_COLUMNS = f"""
n.id, n.stream, n.title, n.organisation, {AUTHOR}, n.submitter, n.priority, n.state, n.state_since, n.ack_required,
n.reference, n.published_at, n.ends_at
"""

DETAIL_SQL = f"""
SELECT n.id, n.community, n.submitter, n.stream, n.state, n.priority, n.title, n.body, n.approved_by, n.seconded_by,
       {NAME.format(who="n.submitter", where="n.community")} AS submitter_name, {HANDED_IN} AS handed_in,
       array(SELECT row(s.move, s.target, {NAME.format(who="s.actor", where="n.community")}, s.reason, s.at)
             FROM flow_step s WHERE s.flow = 'notice' AND s.subject = n.id ORDER BY s.number) AS steps,
       array(SELECT row(v.number, v.title, v.body, coalesce({NAME.format(who="v.edited_by", where="n.community")}, ''),
                        v.as_reviewer, v.at)
             FROM notice_version v WHERE v.notice = n.id ORDER BY v.number DESC LIMIT 20) AS versions,
       {VOICE},
       {URGENT_USED.format(at="$3")} AS urgent_used
FROM notice n WHERE n.id = $1
"""


async def desk_notices(
    caller: Caller,
    community_id: UUID,
    *,
    tab: DeskTab,
    stream: Stream | None,
    q: str | None,
    newest: bool,
    limit: int,
    cursor: str | None,
    locale: Locale,
) -> Page[DeskNoticeItem]:
    """One tab, by when each came to stand there; one statement. Raises NotFound."""
    caller.require(READ_COVERAGE, community_id)
    after = decode_cursor(cursor, tuple[datetime, UUID]) or ()
    reviews = caller.may(REVIEW, community_id)
    rows = await fetch(
        _list_sql(tab, newest, bool(after)),
        community_id,
        caller.account_id,
        reviews,
        stream,
        pattern_of(q),
        limit + 1,
        *after,
    )
    return page_of(
        rows,
        limit,
        shape=lambda row: _item(caller, row, locale),
        key=lambda row: (row["state_since"], row["id"]),
    )


async def desk_notice(caller: Caller, notice_id: UUID, *, locale: Locale) -> DeskNoticeOut:
    """One notice for the desk, or for who published it; two statements, three with attachments. Raises NotFound."""
    shown = await notice(caller, notice_id, locale=locale)
    row = await fetchrow(DETAIL_SQL, notice_id, caller.account_id, now())
    if row is None:
        raise NotFound()
    hand = hand_of(caller, row)
    if not (caller.may(READ_COVERAGE, row["community"]) or hand.publishes):
        # A neighbour sees what is published, but not who wrote and changed it how.
        raise NotFound()
    urgent_left = max(0, URGENT_PER_ORGANISATION_MONTH - row["urgent_used"])
    lacking = missing(row, hand, urgent_left=urgent_left)
    return DeskNoticeOut(
        notice=shown,
        submitted_by=row["submitter_name"] or "",
        own=row["submitter"] == caller.account_id,
        steps=[DeskStepOut(*step) for step in row["steps"]],
        versions=[VersionOut(*version) for version in row["versions"]],
        difference=changes_since(row["handed_in"], row["title"], row["body"]),
        seconded=row["seconded_by"] is not None,
        can=next_moves(row, hand, lacking),
        why_not=lacking if waits_for_publishing(row) else [],
        urgent_left=urgent_left,
    )


@cache
def _list_sql(tab: DeskTab, newest: bool, further: bool) -> str:
    order, compare = ("DESC", "<") if newest else ("ASC", ">")
    beyond = f"AND (n.state_since, n.id) {compare} ($7::timestamptz, $8::uuid)" if further else ""
    return f"""SELECT {LIST_COLUMNS} FROM notice n
               WHERE n.community = $1 AND n.state {CHOSEN[tab]} AND ($4::text IS NULL OR n.stream = $4)
                 AND ($5::text IS NULL OR n.title ILIKE $5) AND {VISIBLE} {beyond}
               ORDER BY n.state_since {order}, n.id {order} LIMIT $6"""


def _item(caller: Caller, row: Record, locale: Locale) -> DeskNoticeItem:
    return DeskNoticeItem(
        id=row["id"],
        stream=row["stream"],
        title=row["title"],
        author=author_of(row, locale),
        submitted_by=row["submitter_name"] or "",
        own=row["submitter"] == caller.account_id,
        priority=row["priority"],
        state=row["state"],
        state_since=row["state_since"],
        late=row["state"] == "submitted" and row["state_since"] <= now() - REVIEW_PROMISED,
        ack_required=row["ack_required"],
        reference=row["reference"],
        published_at=row["published_at"],
        ends_at=row["ends_at"],
    )
