"""Oneself: the bootstrap, the devices, who looked."""

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
from backend.identity.queries.names import NAME
from backend.identity.rules.id_number import mask_id_number
from backend.identity.rules.names import mask_name
from backend.identity.rules.sign_in import ENDED_SESSIONS_SHOWN, mask_phone
from backend.identity.schemas.auth import AccountOut, SessionOut
from backend.identity.schemas.me import (
    AccessOut,
    MeOut,
    PersonOut,
    ResidencyOut,
    RoleOut,
    Unread,
    VerificationRef,
)
from backend.identity.service.sessions import phone_cell
from backend.inbox.queries import unread_of
from backend.settings import settings

ME_SQL = """
SELECT a.id, a.phone_sealed, a.nickname, a.locale, a.ui_mode, a.theme, a.state,
       p.id AS person, p.real_name_sealed, p.id_number_sealed, p.verified_at,
       v.id AS verification, v.community AS verification_community, v.state AS verification_state,
       array(SELECT row(g.id, g.role, g.community, g.organisation) FROM role_grant g
             WHERE g.account = a.id AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > $2)) AS roles
FROM account a
LEFT JOIN person p ON p.id = a.person
LEFT JOIN LATERAL (SELECT id, community, state FROM verification
                   WHERE account = a.id ORDER BY id DESC LIMIT 1) v ON true
WHERE a.id = $1
"""

RESIDENCIES_SQL = """
SELECT r.id, r.community, c.name AS community_name, c.modules, r.home, h.path, r.relation, r.display_name,
       r.lease_ends_on
FROM residency r JOIN community c ON c.id = r.community JOIN place h ON h.id = r.home
WHERE r.person = $1 AND r.ended_at IS NULL AND (r.lease_ends_on IS NULL OR r.lease_ends_on >= $2)
ORDER BY r.id
"""

ACCOUNT_SQL = "SELECT id, phone_sealed, nickname, locale, ui_mode, theme, state FROM account WHERE id = $1"


async def me(caller: Caller) -> MeOut:
    """All that a client needs to draw its first screen; two statements after the caller's own."""
    row = await fetchrow(ME_SQL, caller.account_id, now())
    if row is None:
        raise NotFound()
    homes = await fetch(RESIDENCIES_SQL, row["person"], today()) if row["person"] else []
    return MeOut(
        account=account_out(row),
        person=_person(row),
        residencies=[
            ResidencyOut(
                id=home["id"],
                community_id=home["community"],
                community_name=home["community_name"],
                home_id=home["home"],
                home_path=home["path"],
                relation=home["relation"],
                display_name=home["display_name"],
                lease_ends_on=home["lease_ends_on"],
            )
            for home in homes
        ],
        roles=[RoleOut(*role) for role in row["roles"]],
        permissions={str(place or "platform"): names for place, names in caller.permissions().items()},
        verification=VerificationRef(row["verification"], row["verification_community"], row["verification_state"])
        if row["verification"]
        else None,
        unread=Unread(inbox=await unread_of(caller.account_id)),
        modules=sorted({name for home in homes for name in msgspec.json.decode(home["modules"])}),
        min_app_version=settings().min_app_version,
    )


async def account(account_id: UUID) -> AccountOut:
    row = await fetchrow(ACCOUNT_SQL, account_id)
    if row is None:
        raise NotFound()
    return account_out(row)


async def sessions(caller: Caller) -> Page[SessionOut]:
    """Devices signed in, and those that ended in the last 30 days with the reason; at most 50."""
    rows = await fetch(
        """SELECT id, platform, device_name, created_at, last_seen_at, ended_at, ended_reason FROM session
           WHERE account = $1 AND (ended_at IS NULL AND expires_at > $2 OR ended_at > $3)
           ORDER BY ended_at IS NOT NULL, last_seen_at DESC, id LIMIT 50""",
        caller.account_id,
        now(),
        now() - ENDED_SESSIONS_SHOWN,
    )
    items = [
        SessionOut(
            id=row["id"],
            platform=row["platform"],
            name=row["device_name"],
            created_at=row["created_at"],
            last_seen_at=row["last_seen_at"],
            current=row["id"] == caller.session_id,
            ended_at=row["ended_at"],
            ended_reason=row["ended_reason"],
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=None)


async def access_log(caller: Caller, *, limit: int, cursor: str | None) -> Page[AccessOut]:
    """Who looked at the caller's identity, newest first."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
    rows = await fetch(
        f"""SELECT l.id, l.at, l.action, l.reason,
                  coalesce({NAME.format(who="l.actor", where="l.community")}, '') AS who,
                  (SELECT o.name FROM organisation o WHERE o.community = l.community AND o.kind = 'committee' LIMIT 1)
                      AS organisation
           FROM audit_line l
           WHERE l.about = $1 AND l.action IN ('identity.revealed', 'identity.evidence_viewed')
             AND ($2::timestamptz IS NULL OR (l.at, l.id) < ($2, $3))
           ORDER BY l.at DESC, l.id DESC LIMIT $4""",
        caller.account_id,
        *after,
        limit + 1,
    )
    return page_of(
        rows,
        limit,
        shape=lambda row: AccessOut(
            row["id"],
            row["at"],
            row["action"],
            " · ".join(part for part in (row["who"], row["organisation"]) if part),
            row["reason"],
        ),
        key=lambda row: (row["at"], row["id"]),
    )


def account_out(row: Record) -> AccountOut:
    return AccountOut(
        id=row["id"],
        phone_masked=mask_phone(unseal(row["phone_sealed"], bound_to=phone_cell(row["id"]))),
        nickname=row["nickname"],
        locale=row["locale"],
        ui_mode=row["ui_mode"],
        theme=row["theme"],
        state=row["state"],
    )


def _person(row: Record) -> PersonOut | None:
    if row["person"] is None:
        return None
    person = row["person"]
    name = unseal(row["real_name_sealed"], bound_to=f"person.real_name:{person}")
    number = unseal(row["id_number_sealed"], bound_to=f"person.id_number:{person}")
    return PersonOut(mask_name(name), mask_id_number(number), row["verified_at"])
