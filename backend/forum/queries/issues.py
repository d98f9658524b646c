"""Public issues: how far each is, and whose turn it is."""

from datetime import datetime
from functools import cache
from typing import Literal
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch, fetchrow
from backend.core.paging import Page, decode_cursor, page_of
from backend.core.sentences import Locale
from backend.forum.permissions import ANSWER_ISSUES, ENTER_PAPER, MODERATE
from backend.forum.rules.issues import PATIENCE, due_at, moves_for
from backend.forum.schemas.issues import IssueItem, IssueOut, IssueStepOut
from backend.identity.queries.names import NAME_OR_GONE
from backend.identity.queries.organisations import SPEAKS_AS
from backend.identity.queries.places import ORGANISATION, ORGANISATION_NAME

# Each with how many times the issue had been handed on by then.
STEPS = """
SELECT w.*, (count(*) FILTER (WHERE w.move = 'name_another') OVER (ORDER BY w.number))::int AS hands
FROM flow_step w WHERE w.flow = 'public_issue' AND w.subject = i.id
"""
ISSUE_SQL = f"""
SELECT i.*, t.author, {ORGANISATION.format(which="i.organisation")} AS words,
       {SPEAKS_AS.format(who="$2", which="i.organisation", at="$3")} AS speaks,
       array(SELECT row(s.target, s.reason, s.at, {ORGANISATION_NAME.format(which="s.asked")},
                        CASE WHEN s.move = 'name_another' THEN {ORGANISATION_NAME.format(which="i.asked[s.hands]")} END)
             FROM (SELECT h.*, coalesce(i.asked[h.hands + 1], i.organisation) AS asked FROM ({STEPS}) h) s
             ORDER BY s.number) AS steps
FROM public_issue i JOIN thread t ON t.id = i.thread WHERE i.thread = $1
"""
Show = Literal["open", "late", "all", "raised", "acknowledged", "in_progress", "reopened", "resolved", "declined"]
Sort = Literal["oldest", "newest"]
IS_OPEN = "i.state IN ('raised', 'acknowledged', 'in_progress', 'reopened')"
IS_LATE = f"""
{IS_OPEN} AND i.responded_at IS NULL AND i.raised_at <= $3::timestamptz - interval '{PATIENCE.total_seconds():.0f} s'
"""
ITEM_SQL = f"""
SELECT i.*, t.title, t.reply_count, {NAME_OR_GONE.format(who="t.author", where="i.community")} AS author_name,
       {ORGANISATION.format(which="i.organisation")} AS words
FROM public_issue i JOIN thread t ON t.id = i.thread
WHERE i.community = $1 AND t.state = 'shown' AND ($4 OR {SPEAKS_AS.format(who="$2", which="i.organisation", at="$3")})
  AND strpos(lower(t.title), lower($5)) > 0
"""
AFTER: dict[Sort, str] = {
    "oldest": "($6::uuid IS NULL OR i.id > $6) ORDER BY i.id",
    "newest": "($6::uuid IS NULL OR i.id < $6) ORDER BY i.id DESC",
}


async def issue_of_thread(caller: Caller | None, thread_id: UUID, locale: Locale) -> IssueOut | None:
    """For one who reads the thread; one statement. None: it is no issue."""
    row = await fetchrow(ISSUE_SQL, thread_id, caller.account_id if caller else None, now())
    return None if row is None else _issue(caller, row)


async def desk_issues(
    caller: Caller, community_id: UUID, *, state: Show, sort: Sort | None, q: str | None, limit: int, cursor: str | None
) -> Page[IssueItem]:
    """What the caller's organisations are asked to answer, for the committee's staff everything. Unless `sort` says
    otherwise, open ones come the longest raised first, all of them the newest first. One statement. Raises NotFound."""
    caller.require(ANSWER_ISSUES, community_id)
    (after,) = decode_cursor(cursor, tuple[UUID]) or (None,)
    staff = caller.may(ENTER_PAPER, community_id)
    words = (q or "").strip()
    sql = _list_sql(state, sort or ("newest" if state == "all" else "oldest"))
    rows = await fetch(sql, community_id, caller.account_id, now(), staff, words, after, limit + 1)
    return page_of(rows, limit, shape=_item, key=lambda row: (row["id"],))


def response_s(row: Record) -> int | None:
    """Seconds from the raising to the organisation's first word."""
    answered: datetime | None = row["responded_at"]
    return None if answered is None else int((answered - row["raised_at"]).total_seconds())


@cache
def _list_sql(state: Show, sort: Sort) -> str:
    chosen = {"open": IS_OPEN, "late": IS_LATE, "all": "true"}.get(state, f"i.state = '{state}'")
    return f"{ITEM_SQL} AND {chosen} AND {AFTER[sort]} LIMIT $7"


def _item(row: Record) -> IssueItem:
    return IssueItem(
        thread_id=row["thread"],
        title=row["title"],
        author_name=row["author_name"] or "",
        organisation_id=row["organisation"],
        organisation_name=row["words"][1],
        state=row["state"],
        since=row["state_since"],
        raised_at=row["raised_at"],
        response_s=response_s(row),
        due_at=due_at(row),
        reply_count=row["reply_count"],
    )


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
