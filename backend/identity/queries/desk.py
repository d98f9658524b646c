"""The desk's front page and the audit log."""

from datetime import datetime
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
from backend.identity.queries.roles import NAME
from backend.identity.rules.sign_in import mask_phone
from backend.identity.schemas.desk import AuditLineOut, SummaryOut, WaitingOut
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
SELECT l.id, l.at, l.actor, l.action, l.subject_kind, l.subject_id, l.reason, l.details,
       {NAME.format(who="l.actor", where="l.community")} AS name,
       (SELECT a.phone_sealed FROM account a WHERE a.id = l.actor) AS phone_sealed
FROM audit_line l
WHERE l.community = $1 AND ($2::text IS NULL OR l.action = $2) AND ($3::uuid IS NULL OR l.about = $3)
  AND ($4::timestamptz IS NULL OR (l.at, l.id) < ($4, $5))
ORDER BY l.at DESC, l.id DESC LIMIT $6
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
    caller: Caller, community_id: UUID, *, action: str | None, about: UUID | None, limit: int, cursor: str | None
) -> Page[AuditLineOut]:
    """Every decision in the community, newest first."""
    caller.require(READ_AUDIT, community_id)
    after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
    rows = await fetch(AUDIT_SQL, community_id, action, about, *after, limit + 1)
    return page_of(rows, limit, shape=_line, key=lambda row: (row["at"], row["id"]))


def _line(row: Record) -> AuditLineOut:
    return AuditLineOut(
        row["id"],
        row["at"],
        _actor(row),
        row["action"],
        row["subject_kind"],
        row["subject_id"],
        row["reason"],
        msgspec.json.decode(row["details"]),
    )


def _actor(row: Record) -> str | None:
    """Who lives elsewhere or nowhere, such as a platform admin, goes by their masked phone."""
    if row["name"] or row["phone_sealed"] is None:
        return row["name"]
    return mask_phone(unseal(row["phone_sealed"], bound_to=phone_cell(row["actor"])))
