"""The desk's queue of cases, and one case whole. Who reported is in none of them."""

from datetime import datetime
from functools import cache
from typing import Literal
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetch
from backend.core.paging import Page, decode_cursor, page_of
from backend.identity.queries.names import NAME, NAME_OR_COMMITTEE
from backend.moderation.permissions import DECIDE
from backend.moderation.rules.flow import APPEAL, APPEAL_PROMISED
from backend.moderation.rules.telling import EXCERPT_CHARS, excerpt_of
from backend.moderation.schemas.cases import CaseItem, CaseTab, SubjectKind

Sort = Literal["weight", "oldest", "newest"]

CHOSEN: dict[CaseTab, str] = {
    "waiting": "c.state <> 'decided' AND c.source <> 'words'",
    "mine": "c.state <> 'decided' AND c.state = 'claimed' AND c.claimed_by = $2",
    "held": "c.state <> 'decided' AND c.source = 'words'",
    "appeals": "a.state = 'submitted' AND a.community = c.community",
    "decided": "c.state = 'decided'",
}
ORDER: dict[Sort, tuple[str, str]] = {
    "weight": (
        "c.weight_pct DESC, {id}",
        "AND c.weight_pct <= $7 AND (c.weight_pct < $7 OR {id} > $8::uuid)",
    ),
    "oldest": ("{id}", "AND {id} > $8::uuid AND $7::integer IS NOT NULL"),
    "newest": ("{id} DESC", "AND {id} < $8::uuid AND $7::integer IS NOT NULL"),
}
"""How it is sorted, and what comes after the cursor (weight, id). An id tells the moment that its row was made."""
AGE_OF: dict[CaseTab, str] = {"appeals": "a.id"}
"""Whose moment it is sorted by, where that isn't the case's own."""
NO_WILDCARDS = str.maketrans({sign: "\\" + sign for sign in "\\%_"})

REASONS = """
(SELECT jsonb_object_agg(said.reason, said.times) FROM (
     SELECT r.reason, count(*) AS times FROM report r WHERE r.moderation_case = c.id GROUP BY r.reason) AS said)
"""
ITEM = f"""
c.id, c.community, c.subject_kind, c.snapshot->>'title' AS title, c.snapshot->>'body' AS body, c.author,
c.snapshot->>'author_name' AS author_then, {NAME.format(who="c.author", where="c.community")} AS author_now, c.source,
c.state, c.homes, c.weight_pct, {REASONS} AS reasons, c.tags, c.auto_hidden_at, c.auto_restored_at, c.claimed_by,
{NAME_OR_COMMITTEE.format(who="c.claimed_by", where="c.community")} AS claimer, c.verdict, a.state AS appeal_state,
a.at AS appeal_at, (SELECT count(*) FROM case_note n WHERE n.moderation_case = c.id) AS note_count, c.opened_at,
c.state_since
"""


async def cases(
    caller: Caller,
    community_id: UUID,
    *,
    tab: CaseTab,
    kind: SubjectKind | None,
    author_id: UUID | None,
    q: str | None,
    sort: Sort,
    limit: int,
    cursor: str | None,
) -> Page[CaseItem]:
    """One tab of the queue; one statement. Raises NotFound."""
    caller.require(DECIDE, community_id)
    after = decode_cursor(cursor, tuple[int, UUID]) or ()
    rows = await fetch(
        _list_sql(tab, sort, further=bool(after), of_one=author_id is not None),
        community_id,
        caller.account_id,
        kind,
        _pattern_of(q),
        limit + 1,
        author_id,
        *after,
    )
    return page_of(rows, limit, shape=lambda row: _item(caller, row), key=lambda row: (row["weight_pct"], row["age"]))


def author_of(row: Record) -> str:
    """As neighbours call them now; as they were called then, when they have left."""
    return row["author_now"] or row["author_then"] or ""


def reasons_of(row: Record) -> dict[str, int]:
    return msgspec.json.decode(row["reasons"], type=dict[str, int]) if row["reasons"] else {}


def is_auto_hidden(row: Record) -> bool:
    return row["auto_hidden_at"] is not None and row["auto_restored_at"] is None and row["state"] != "decided"


def appeal_due_at(row: Record) -> datetime | None:
    """While it waits."""
    return row["appeal_at"] + APPEAL_PROMISED if row["appeal_state"] == APPEAL.initial else None


@cache
def _list_sql(tab: CaseTab, sort: Sort, *, further: bool, of_one: bool) -> str:
    age_of = AGE_OF.get(tab, "c.id")
    order, beyond = (part.format(id=age_of) for part in ORDER[sort])
    return f"""SELECT {ITEM}, {age_of} AS age FROM moderation_case c
               LEFT JOIN sanction s ON s.moderation_case = c.id LEFT JOIN appeal a ON a.sanction = s.id
               WHERE c.community = $1 AND $2::uuid IS NOT NULL AND {CHOSEN[tab]}
                 AND ($3::text IS NULL OR c.subject_kind = $3)
                 AND {"c.author = $6" if of_one else "$6::uuid IS NULL"}
                 AND ($4::text IS NULL
                      OR concat_ws(' ', c.snapshot->>'title', c.snapshot->>'body', c.snapshot->>'author_name') ILIKE $4)
                 {beyond if further else ""}
               ORDER BY {order} LIMIT $5"""


def _pattern_of(q: str | None) -> str | None:
    words = (q or "").strip()
    return f"%{words.translate(NO_WILDCARDS)}%" if words else None


def _item(caller: Caller, row: Record) -> CaseItem:
    reasons = reasons_of(row)
    claimed = row["state"] == "claimed"
    return CaseItem(
        id=row["id"],
        subject_kind=row["subject_kind"],
        title=row["title"],
        excerpt=excerpt_of(row["body"], EXCERPT_CHARS),
        author_name=author_of(row),
        source=row["source"],
        state=row["state"],
        reports=sum(reasons.values()),
        homes=row["homes"],
        weight=row["weight_pct"] / 100,
        reasons=reasons,
        tags=msgspec.json.decode(row["tags"], type=list[str]),
        auto_hidden=is_auto_hidden(row),
        claimed_by_me=claimed and row["claimed_by"] == caller.account_id,
        claimed_by=row["claimer"] if claimed else None,
        own=row["author"] == caller.account_id,
        notes=row["note_count"],
        verdict=row["verdict"],
        appeal_state=row["appeal_state"],
        appealed_at=row["appeal_at"],
        appeal_due_at=appeal_due_at(row),
        opened_at=row["opened_at"],
        state_since=row["state_since"],
    )
