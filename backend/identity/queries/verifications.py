"""Applications: one's own, and the desk's queue."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.crypto import unseal
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.identity.permissions import REVIEW
from backend.identity.queries.names import NAME
from backend.identity.rules.names import mask_name
from backend.identity.rules.sign_in import mask_phone
from backend.identity.schemas.verifications import (
    ClaimerOut,
    ConflictOut,
    EvidenceOut,
    QueueDetail,
    QueueItem,
    RevealOut,
    StepOut,
    VerificationOut,
)
from backend.identity.service.sessions import phone_cell
from backend.media.queries import pictures

MINE_SQL = """
SELECT v.id, v.community, c.name AS community_name, v.home, h.path, v.relation, v.lease_ends_on, v.state,
       v.real_name_sealed, v.id_hint, v.reason, v.created_at, v.decided_at,
       array(SELECT row(s.target, s.at, s.reason) FROM flow_step s
             WHERE s.flow = 'verification' AND s.subject = v.id ORDER BY s.number) AS steps
FROM verification v JOIN community c ON c.id = v.community JOIN place h ON h.id = v.home
WHERE v.account = $1 ORDER BY v.id DESC LIMIT 20
"""

# Known when it came in, or since: of two applications with one number, the first approval makes the other a conflict.
CONFLICT = """
(v.conflict OR v.state IN ('submitted', 'claimed', 'needs_more') AND EXISTS (
    SELECT FROM person p JOIN account holder ON holder.person = p.id
    WHERE p.id_number_hmac = v.id_number_hmac AND holder.id <> v.account))
"""

QUEUE_COLUMNS = f"""
v.id, v.community, v.account, v.state, v.real_name_sealed, v.id_number_hmac, v.id_hint, h.path, v.relation,
v.lease_ends_on, v.created_at, v.claimed_by, {CONFLICT} AS conflict, v.method, v.reason,
coalesce({NAME.format(who="v.claimed_by", where="v.community")}, '') AS claimer,
(SELECT count(*) FROM verification_evidence e WHERE e.verification = v.id) AS evidence_count
"""

WAITING_STATES = ("submitted", "claimed", "needs_more")


async def mine(caller: Caller) -> Page[VerificationOut]:
    """The caller's last 20 applications, newest first, each with its steps; one statement."""
    rows = await fetch(MINE_SQL, caller.account_id)
    return Page(items=[_mine_out(row) for row in rows], next_cursor=None)


async def one_of_mine(caller: Caller, verification_id: UUID) -> VerificationOut:
    found = [item for item in (await mine(caller)).items if item.id == verification_id]
    if not found:
        raise NotFound()
    return found[0]


async def queue(
    caller: Caller,
    community_id: UUID,
    *,
    state: str | None,
    building: str | None,
    newest: bool,
    limit: int,
    cursor: str | None,
) -> Page[QueueItem]:
    """The desk's list, oldest first (or newest); without a state, all that is waiting for somebody."""
    caller.require(REVIEW, community_id)
    after = decode_cursor(cursor, tuple[datetime, UUID])
    states = [state] if state else WAITING_STATES
    args = [community_id, limit + 1, *states, *filter(None, [building]), *(after or ())]
    rows = await fetch(_queue_sql(len(states), building=bool(building), after=after is not None, newest=newest), *args)
    return page_of(
        rows,
        limit,
        shape=lambda row: QueueItem(**_queue_fields(caller, row)),
        key=lambda row: (row["created_at"], row["id"]),
    )


@cache
def _queue_sql(states: int, *, building: bool, after: bool, newest: bool) -> str:
    """One index walk per state, each ending after a page, and only the page's rows looked at closer.

    Parameters: community, rows, the states, then the building and the cursor's two where there are such.
    """
    order, compare = ("DESC", "<") if newest else ("ASC", ">")
    number = 3 + states
    narrower = ""
    if building:
        narrower = f"AND strpos((SELECT path FROM place WHERE place.id = w.home), ${number}) > 0"
        number += 1
    if after:
        narrower += f" AND (w.created_at, w.id) {compare} (${number}, ${number + 1})"
    waiting = " UNION ALL ".join(
        f"""(SELECT w.id FROM verification w WHERE w.community = $1 AND w.state = ${3 + index} {narrower}
             ORDER BY w.created_at {order}, w.id {order} LIMIT $2)"""
        for index in range(states)
    )
    return f"""SELECT {QUEUE_COLUMNS} FROM ({waiting}) AS page
               JOIN verification v ON v.id = page.id JOIN place h ON h.id = v.home
               ORDER BY v.created_at {order}, v.id {order} LIMIT $2"""


DETAIL_SQL = f"""
SELECT {QUEUE_COLUMNS}, a.phone_sealed,
       array(SELECT e.medium FROM verification_evidence e WHERE e.verification = v.id ORDER BY e.position) AS media,
       array(SELECT row(s.target, s.at, s.reason) FROM flow_step s
             WHERE s.flow = 'verification' AND s.subject = v.id ORDER BY s.number) AS steps,
       array(SELECT row(coalesce({NAME.format(who="l.actor", where="v.community")}, ''), l.at, l.reason)
             FROM audit_line l
             WHERE l.subject_id = v.id AND l.action = 'identity.revealed' ORDER BY l.at, l.id LIMIT 50) AS reveals
FROM verification v JOIN place h ON h.id = v.home JOIN account a ON a.id = v.account WHERE v.id = $1
"""


async def detail(caller: Caller, verification_id: UUID) -> QueueDetail:
    """One application for the desk. Photos are named to the one who claimed it, and to nobody else."""
    row = await fetchrow(DETAIL_SQL, verification_id)
    if row is None:
        raise NotFound()
    caller.require(REVIEW, row["community"])
    fields = _queue_fields(caller, row)
    return QueueDetail(
        **fields,
        community_id=row["community"],
        phone_masked=mask_phone(unseal(row["phone_sealed"], bound_to=phone_cell(row["account"]))),
        reason=row["reason"],
        evidence=await _evidence(row["media"]) if fields["claimed_by_me"] else [],
        steps=[StepOut(*step) for step in row["steps"]],
        conflict_with=await _conflict(row) if row["conflict"] else None,
        reveals=[RevealOut(*reveal) for reveal in row["reveals"]],
    )


def _mine_out(row: Record) -> VerificationOut:
    name = unseal(row["real_name_sealed"], bound_to=f"verification.real_name:{row['id']}")
    return VerificationOut(
        id=row["id"],
        community_id=row["community"],
        community_name=row["community_name"],
        home_id=row["home"],
        home_path=row["path"],
        relation=row["relation"],
        lease_ends_on=row["lease_ends_on"],
        state=row["state"],
        real_name_masked=mask_name(name),
        id_number_masked=row["id_hint"],
        reason=row["reason"],
        created_at=row["created_at"],
        decided_at=row["decided_at"],
        steps=[StepOut(*step) for step in row["steps"]],
    )


def _queue_fields(caller: Caller, row: Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "state": row["state"],
        "real_name": unseal(row["real_name_sealed"], bound_to=f"verification.real_name:{row['id']}"),
        "id_number_masked": row["id_hint"],
        "home_path": row["path"],
        "relation": row["relation"],
        "lease_ends_on": row["lease_ends_on"],
        "submitted_at": row["created_at"],
        "age_hours": int((now() - row["created_at"]).total_seconds() // 3600),
        # A claim that ran out leaves its claimer's id on the row; only the state says that somebody holds it.
        "claimed_by": ClaimerOut(row["claimed_by"], row["claimer"]) if row["state"] == "claimed" else None,
        "claimed_by_me": row["state"] == "claimed" and row["claimed_by"] == caller.account_id,
        "conflict": row["conflict"],
        "method": row["method"],
        "evidence_count": row["evidence_count"],
    }


async def _evidence(media: list[UUID]) -> list[EvidenceOut]:
    found = await pictures(media) if media else {}
    shown = [found[medium] for medium in media if medium in found]
    return [EvidenceOut(it.id, it.thumbhash or "", it.width or 0, it.height or 0) for it in shown]


async def _conflict(row: Record) -> ConflictOut:
    holder = await fetchrow(
        """SELECT a.id, a.phone_sealed,
                  array(SELECT h.path FROM residency r JOIN place h ON h.id = r.home
                        WHERE r.person = p.id AND r.community = $2 AND r.ended_at IS NULL) AS homes
           FROM person p LEFT JOIN account a ON a.person = p.id WHERE p.id_number_hmac = $1""",
        row["id_number_hmac"],
        row["community"],
    )
    if holder is None:
        return ConflictOut(None, None, [])
    phone = mask_phone(unseal(holder["phone_sealed"], bound_to=phone_cell(holder["id"]))) if holder["id"] else None
    return ConflictOut(holder["id"], phone, holder["homes"])
