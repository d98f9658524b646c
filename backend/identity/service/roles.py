"""Appointing and dismissing. Whoever holds a role, it counts from the next request on, and until then not."""

from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.callers import forget_callers
from backend.core.clock import now, today
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.ids import new_id
from backend.identity import access
from backend.identity.errors import AccountUnknown, LastAdmin, OwnRole, RoleHeld, RoleNotGrantable
from backend.identity.permissions import COMMITTEE_ADMIN, GRANT_ROLES, GRANTABLE_BY_COMMITTEE_ADMIN
from backend.identity.rules.sign_in import parse_phone
from backend.identity.schemas.roles import RoleCreate
from backend.identity.service.codes import phone_hmac

TERM_MAX = timedelta(days=10 * 366)
"""Two terms of a residents' committee; a date beyond is a slip of the pen, and the far end of the calendar breaks."""
ORGANISATION_KINDS = {
    "merchant": ("merchant",),
    "org_member": ("committee", "party", "owners_committee", "property_company", "department"),
}
"""Roles held in an organisation of the community, and of which kind."""

HOLDER_SQL = """
SELECT a.id, EXISTS (SELECT FROM residency r WHERE r.person = a.person AND r.community = $2 AND r.ended_at IS NULL
                     AND (r.lease_ends_on IS NULL OR r.lease_ends_on >= $3)) AS resident
FROM account a WHERE a.phone_hmac = $1 AND a.state = 'active' AND a.person IS NOT NULL FOR UPDATE OF a
"""

INSERT_SQL = """
INSERT INTO role_grant (id, community, account, organisation, role, granted_by, granted_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id
"""


async def grant(caller: Caller, data: RoleCreate) -> UUID:
    """The new grant's id. The holder is a verified resident; for an organisation's role, any verified person.

    Raises NotFound, RoleNotGrantable, AccountUnknown, OwnRole, RoleHeld.
    """
    caller.require(GRANT_ROLES, data.community_id)
    if data.role not in GRANTABLE_BY_COMMITTEE_ADMIN:
        raise RoleNotGrantable()
    if data.ends_at is not None and not now() < data.ends_at < now() + TERM_MAX:
        raise Invalid(fields=[FieldError("ends_at", "field.range")])
    e164 = parse_phone(data.phone)
    async with transaction():
        holder = await fetchrow(HOLDER_SQL, phone_hmac(e164), data.community_id, today())
        await _refuse_wrong_organisation(data)
        if holder is None or not (holder["resident"] or data.role in ORGANISATION_KINDS):
            raise AccountUnknown()
        if holder["id"] == caller.account_id:
            raise OwnRole()
        return await insert_grant(
            data.role,
            account_id=holder["id"],
            community_id=data.community_id,
            organisation_id=data.organisation_id,
            ends_at=data.ends_at,
            granted_by=caller.account_id,
        )


async def insert_grant(
    role: str,
    *,
    account_id: UUID,
    community_id: UUID | None,
    granted_by: UUID | None,
    organisation_id: UUID | None = None,
    ends_at: datetime | None = None,
) -> UUID:
    """The row and its audit line, for those who have settled that it may be. Raises RoleHeld."""
    grant_id = new_id()
    row = (grant_id, community_id, account_id, organisation_id, role, granted_by, now(), ends_at)
    made = await fetchval(INSERT_SQL, *row)
    if made is None and await _end_lapsed(role, account_id, community_id):
        made = await fetchval(INSERT_SQL, *row)
    if made is None:
        raise RoleHeld()
    forget_callers()
    await audit.record(
        "role.granted",
        actor=granted_by,
        community=community_id,
        about=account_id,
        subject="role_grant",
        subject_id=grant_id,
        details={"role": role},
    )
    return grant_id


async def end(caller: Caller, grant_id: UUID) -> None:
    """Takes a role away, one's own too. Raises NotFound, LastAdmin."""
    async with transaction():
        held = await access.grant_for_desk(caller, grant_id)
        if held["role"] == COMMITTEE_ADMIN:
            await refuse_last_admin(held["community"], leaving=held["account"])
        await end_grant(held, ended_by=caller.account_id)


async def end_grant(held: Record, *, ended_by: UUID) -> None:
    """Of two at once, one ends it and writes the line."""
    ended = await execute(
        "UPDATE role_grant SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL",
        held["id"],
        now(),
        ended_by,
    )
    if ended == "UPDATE 1":
        forget_callers()
        await audit.record(
            "role.ended",
            actor=ended_by,
            community=held["community"],
            about=held["account"],
            subject="role_grant",
            subject_id=held["id"],
            details={"role": held["role"]},
        )


async def move_grants(holder: UUID, successor: UUID) -> None:
    """Offices are a person's: they follow to the person's new account, and what is held there already ends here."""
    await execute(
        """UPDATE role_grant g SET account = $2
           WHERE account = $1 AND ended_at IS NULL AND NOT EXISTS (
               SELECT FROM role_grant held
               WHERE held.account = $2 AND held.ended_at IS NULL AND held.role = g.role
                 AND held.community IS NOT DISTINCT FROM g.community
                 AND held.organisation IS NOT DISTINCT FROM g.organisation)""",
        holder,
        successor,
    )
    await execute("UPDATE role_grant SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL", holder, now())
    forget_callers()


async def refuse_last_admin(community_id: UUID, *, leaving: UUID) -> None:
    """Raises LastAdmin. Locks the community, so that of two admins who leave at once the second one is seen.

    An admin for a time doesn't count: their last day would leave the community without one.
    """
    await execute("SELECT FROM community WHERE id = $1 FOR UPDATE", community_id)
    another = await fetchval(
        """SELECT 1 FROM role_grant g JOIN account a ON a.id = g.account
           WHERE g.community = $1 AND g.role = $2 AND g.account <> $3 AND g.ended_at IS NULL AND g.ends_at IS NULL
             AND a.state = 'active' LIMIT 1""",
        community_id,
        COMMITTEE_ADMIN,
        leaving,
    )
    if another is None:
        raise LastAdmin()


async def _end_lapsed(role: str, account_id: UUID, community_id: UUID | None) -> bool:
    """Whether one that ran out by its date stood in the way of a new one."""
    ended = await execute(
        """UPDATE role_grant SET ended_at = ends_at
           WHERE account = $1 AND role = $2 AND community IS NOT DISTINCT FROM $3 AND ended_at IS NULL
             AND ends_at <= $4""",
        account_id,
        role,
        community_id,
        now(),
    )
    return ended != "UPDATE 0"


async def _refuse_wrong_organisation(data: RoleCreate) -> None:
    kinds = ORGANISATION_KINDS.get(data.role)
    if (kinds is None) != (data.organisation_id is None):
        raise Invalid(fields=[FieldError("organisation_id", "field.required" if kinds else "field.value")])
    if kinds is None:
        return
    kind = await fetchval(
        "SELECT kind FROM organisation WHERE id = $1 AND community = $2 AND state = 'approved'",
        data.organisation_id,
        data.community_id,
    )
    if kind not in kinds:
        raise Invalid(fields=[FieldError("organisation_id", "field.value")])
