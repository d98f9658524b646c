"""Who holds which role in a community."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller, role_permissions
from backend.core.clock import now
from backend.core.crypto import unseal
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.identity.permissions import GRANT_ROLES
from backend.identity.queries.names import NAME
from backend.identity.rules.sign_in import mask_phone
from backend.identity.schemas.roles import RoleHolding
from backend.identity.service.sessions import phone_cell

HOLDINGS = f"""
SELECT g.id, g.community, g.role, g.account, g.organisation, g.granted_at, g.ends_at, a.phone_sealed,
       {NAME.format(who="g.account", where="g.community")} AS display_name,
       {NAME.format(who="g.granted_by", where="g.community")} AS granter
FROM role_grant g JOIN account a ON a.id = g.account
WHERE g.ended_at IS NULL
"""


async def holdings(caller: Caller, community_id: UUID, *, limit: int, cursor: str | None) -> Page[RoleHolding]:
    """In the order of their granting."""
    caller.require(GRANT_ROLES, community_id)
    (after,) = decode_cursor(cursor, tuple[UUID]) or (None,)
    rows = await fetch(
        f"""{HOLDINGS} AND g.community = $1 AND (g.ends_at IS NULL OR g.ends_at > $2)
            AND ($3::uuid IS NULL OR g.id > $3) ORDER BY g.id LIMIT $4""",
        community_id,
        now(),
        after,
        limit + 1,
    )
    return page_of(rows, limit, shape=_out, key=lambda row: (row["id"],))


async def holding(caller: Caller, grant_id: UUID) -> RoleHolding:
    row = await fetchrow(f"{HOLDINGS} AND g.id = $1", grant_id)
    if row is None:
        raise NotFound()
    caller.require(GRANT_ROLES, row["community"])
    return _out(row)


def _out(row: Record) -> RoleHolding:
    phone = mask_phone(unseal(row["phone_sealed"], bound_to=phone_cell(row["account"])))
    return RoleHolding(
        id=row["id"],
        role=row["role"],
        account_id=row["account"],
        # The first admin of a new community is appointed before anybody lives there.
        display_name=row["display_name"] or phone,
        phone_masked=phone,
        organisation_id=row["organisation"],
        granted_at=row["granted_at"],
        granted_by=row["granter"],
        ends_at=row["ends_at"],
    )


async def holders_of(permission: str, community_id: UUID) -> list[UUID]:
    """Accounts that were appointed to a role with the permission there; a few dozen at most."""
    roles = [role for role, permissions in role_permissions().items() if permission in permissions]
    rows = await fetch(
        """SELECT DISTINCT g.account FROM role_grant g JOIN account a ON a.id = g.account
           WHERE g.community = $1 AND g.role = ANY($2) AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > $3)
             AND a.state = 'active' ORDER BY g.account""",
        community_id,
        roles,
        now(),
    )
    return [row["account"] for row in rows]


async def names_of_holders(role: str, community_id: UUID) -> dict[UUID, str]:
    """What those are called at the desk who hold a role there, in the order of their granting; a few dozen at most."""
    rows = await fetch(
        f"{HOLDINGS} AND g.community = $1 AND g.role = $2 AND (g.ends_at IS NULL OR g.ends_at > $3) ORDER BY g.id",
        community_id,
        role,
        now(),
    )
    return {row["account"]: _out(row).display_name for row in rows}
