"""The desk's front page and the audit log."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.crypto import unseal
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.identity.permissions import OPEN_DESK, READ_AUDIT
from backend.identity.queries.names import NAME
from backend.identity.rules.sign_in import mask_phone
from backend.identity.schemas.desk import AuditLineOut, Concerned, SummaryOut, WaitingOut
from backend.identity.service.closure import GONE_NAME
from backend.identity.service.sessions import phone_cell

SUMMARY_SQL = """
SELECT c.home_count, v.submitted, v.claimed_by_me, v.oldest, r.residents, r.homes
FROM community c,
     (SELECT count(*) FILTER (WHERE state = 'submitted') AS submitted,
             count(*) FILTER (WHERE state = 'claimed' AND claimed_by = $2) AS claimed_by_me, min(created_at) AS oldest
      FROM verification WHERE community = $1 AND state IN ('submitted', 'claimed')) v,
     (SELECT count(DISTINCT person) AS residents, count(DISTINCT home) AS homes
      FROM residency WHERE community = $1 AND ended_at IS NULL AND (lease_ends_on IS NULL OR lease_ends_on >= $3)) r
WHERE c.id = $1
"""

AUDIT_SQL = f"""
SELECT l.id, l.at, l.actor, l.action, l.about, l.subject_kind, l.subject_id, l.reason, l.details,
       {NAME.format(who="l.actor", where="l.community")} AS actor_name,
       doer.phone_sealed AS actor_phone, doer.state AS actor_state,
       {NAME.format(who="l.about", where="l.community")} AS about_name,
       concerned.phone_sealed AS about_phone, concerned.state AS about_state
FROM audit_line l LEFT JOIN account doer ON doer.id = l.actor LEFT JOIN account concerned ON concerned.id = l.about
WHERE l.community = $1 AND ($2::text IS NULL OR l.action = $2) AND ($3::uuid IS NULL OR l.about = $3)
  AND l.at >= coalesce($4::timestamptz, '-infinity') AND l.at < coalesce($5::timestamptz, 'infinity')
  AND ($6::timestamptz IS NULL OR (l.at, l.id) < ($6, $7))
ORDER BY l.at DESC, l.id DESC LIMIT $8
"""


async def summary(caller: Caller, community_id: UUID) -> SummaryOut:
    """What waits and how far the community has come; one statement."""
    caller.require(OPEN_DESK, community_id)
    row = await fetchrow(SUMMARY_SQL, community_id, caller.account_id, today())
    if row is None:
        raise NotFound()
    oldest = int((now() - row["oldest"]).total_seconds() // 3600) if row["oldest"] else None
    return SummaryOut(
        WaitingOut(row["submitted"], row["claimed_by_me"], oldest), row["residents"], row["home_count"], row["homes"]
    )


async def audit_lines(
    caller: Caller,
    community_id: UUID,
    *,
    action: str | None,
    about: UUID | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    cursor: str | None,
) -> Page[AuditLineOut]:
    """Every decision in the community from `since` up to but not at `until`, newest first."""
    caller.require(READ_AUDIT, community_id)
    after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
    rows = await fetch(AUDIT_SQL, community_id, action, about, _in_utc(since), _in_utc(until), *after, limit + 1)
    return page_of(rows, limit, shape=_line, key=lambda row: (row["at"], row["id"]))


def _in_utc(moment: datetime | None) -> datetime | None:
    """The driver would take one without an offset for the server's own time."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _line(row: Record) -> AuditLineOut:
    return AuditLineOut(
        row["id"],
        row["at"],
        _called(row, "actor"),
        row["action"],
        Concerned(row["about"], name) if (name := _called(row, "about")) else None,
        row["subject_kind"],
        row["subject_id"],
        row["reason"],
        msgspec.json.decode(row["details"]),
    )


def _called(row: Record, who: str) -> str | None:
    """Who lives elsewhere or nowhere, such as a platform admin, goes by their masked phone."""
    if row[f"{who}_state"] == "closed":
        return GONE_NAME
    if row[f"{who}_name"] or row[f"{who}_phone"] is None:
        return row[f"{who}_name"]
    return mask_phone(unseal(row[f"{who}_phone"], bound_to=phone_cell(row[who])))
