"""The doors of identity: fetch, authorise and, if modifying, lock in one step. Unseen is absent."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller, Grant
from backend.core.callers import CALLERS
from backend.core.clock import now, today
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound, Refusal
from backend.identity.errors import AccountBanned, NotYourClaim, SessionEnded
from backend.identity.permissions import EDIT_COMMUNITY, GRANT_ROLES, OPEN_DESK, RESIDENT, REVIEW
from backend.identity.service.sessions import read_access_token

STANDING_SQL = """
SELECT s.id AS session, s.account, a.state, s.ended_at, s.expires_at,
       array(SELECT row(g.role, g.community) FROM role_grant g
             WHERE g.account = a.id AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > $1)) AS grants,
       array(SELECT DISTINCT r.community FROM residency r
             WHERE r.person = a.person AND r.ended_at IS NULL
               AND (r.lease_ends_on IS NULL OR r.lease_ends_on >= $2)) AS residencies
FROM session s JOIN account a ON a.id = s.account
"""
CALLER_SQL = f"{STANDING_SQL} WHERE s.id = $3 AND s.account = $4"
CALLERS_SQL = f"{STANDING_SQL} WHERE s.id = ANY($3::uuid[])"


async def caller_for(token: str) -> Caller:
    """As the database has it, or had it within this second: a sign-out, a ban or a lost role holds at once in the
    process that took it away, and within the second in all others. Raises SessionEnded.
    """
    account_id, session_id = read_access_token(token)
    known = CALLERS.get(session_id, account_id)
    if known is not None:
        return known
    asked = CALLERS.question()
    row = await fetchrow(CALLER_SQL, now(), today(), session_id, account_id)
    if row is None or not _stands(row):
        raise SessionEnded()
    caller = _caller(row)
    CALLERS.keep(caller, asked)
    return caller


async def callers_of(session_ids: Sequence[UUID]) -> dict[UUID, Caller | Refusal]:
    """The same for sockets, all in one statement: who each session belongs to now, or why it holds no more."""
    rows = await fetch(CALLERS_SQL, now(), today(), session_ids)
    return {row["session"]: _caller(row) if _stands(row) else _ended(row) for row in rows}


async def community_for_desk(caller: Caller, community_id: UUID, permission: str = OPEN_DESK) -> UUID:
    """The community, if the caller holds the permission there. Raises NotFound."""
    caller.require(permission, community_id)
    return community_id


async def community_for_edit(caller: Caller, community_id: UUID) -> Record:
    """The community's row, locked, for one who may edit it. Raises NotFound."""
    caller.require(EDIT_COMMUNITY, community_id)
    row = await fetchrow("SELECT * FROM community WHERE id = $1 FOR UPDATE", community_id)
    if row is None:
        raise NotFound()
    return row


async def grant_for_desk(caller: Caller, grant_id: UUID) -> Record:
    """A role held now in a community where the caller appoints. Raises NotFound."""
    row = await fetchrow("SELECT * FROM role_grant WHERE id = $1 AND ended_at IS NULL", grant_id)
    if row is None or row["community"] is None:
        raise NotFound()
    caller.require(GRANT_ROLES, row["community"])
    return row


async def verification_of(caller: Caller, verification_id: UUID, *, modifying: bool) -> Record:
    """The caller's own application. Raises NotFound."""
    row = await fetchrow(
        f"SELECT * FROM verification WHERE id = $1 AND account = $2{_lock(modifying)}",
        verification_id,
        caller.account_id,
    )
    if row is None:
        raise NotFound()
    return row


async def verification_for_desk(caller: Caller, verification_id: UUID, *, modifying: bool) -> Record:
    """An application in a community where the caller reviews. Raises NotFound."""
    row = await fetchrow(f"SELECT * FROM verification WHERE id = $1{_lock(modifying)}", verification_id)
    if row is None:
        raise NotFound()
    caller.require(REVIEW, row["community"])
    return row


async def verification_to_decide(caller: Caller, verification_id: UUID) -> Record:
    """The application that the caller has claimed, locked, with what a decision needs to know beside it: who holds
    its ID number now (`known_person`, `holder`), and how names are shown. Raises NotFound, NotYourClaim."""
    row = await fetchrow(
        """SELECT v.*, p.id AS known_person, held.id AS holder, a.nickname, h.path, c.display_name_style
           FROM verification v JOIN place h ON h.id = v.home JOIN community c ON c.id = v.community
           JOIN account a ON a.id = v.account
           LEFT JOIN person p ON p.id_number_hmac = v.id_number_hmac LEFT JOIN account held ON held.person = p.id
           WHERE v.id = $1 FOR UPDATE OF v""",
        verification_id,
    )
    if row is None:
        raise NotFound()
    caller.require(REVIEW, row["community"])
    if row["state"] != "claimed" or row["claimed_by"] != caller.account_id:
        raise NotYourClaim()
    return row


async def evidence_of(verification_id: UUID, medium_id: UUID) -> Record:
    """A photo of an application that the caller has already got through the door to. Raises NotFound."""
    row = await fetchrow(
        "SELECT * FROM verification_evidence WHERE verification = $1 AND medium = $2", verification_id, medium_id
    )
    if row is None:
        raise NotFound()
    return row


async def account_for(account_id: UUID, *, modifying: bool) -> Record:
    """The account itself; its owner's id comes from the token. Raises NotFound.

    Asked again under the lock: it may have been closed or banned while this request waited.
    """
    row = await fetchrow(f"SELECT * FROM account WHERE id = $1 AND state = 'active'{_lock(modifying)}", account_id)
    if row is None:
        raise NotFound()
    return row


def _stands(row: Record) -> bool:
    return not row["ended_at"] and row["expires_at"] > now() and row["state"] == "active"


def _caller(row: Record) -> Caller:
    granted = [Grant(role, community) for role, community in row["grants"]]
    resident = [Grant(RESIDENT, community) for community in row["residencies"]]
    return Caller(row["account"], row["session"], tuple(granted + resident))


def _ended(row: Record) -> Refusal:
    return AccountBanned() if row["state"] == "banned" else SessionEnded()


def _lock(modifying: bool) -> str:
    return " FOR UPDATE" if modifying else ""
