"""All that is held about one account (Personal Information Protection Law, article 45)."""

from typing import TypeVar
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.crypto import unseal
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.holdings import LINES_MOST, held_about
from backend.identity.rules.id_number import mask_id_number
from backend.identity.schemas.my_data import (
    AccountData,
    AuditData,
    MyData,
    PersonData,
    ResidencyData,
    RoleData,
    SessionData,
    VerificationData,
)
from backend.identity.service.sessions import phone_cell
from backend.media.queries import kept_for

T = TypeVar("T")

DATA_SQL = """
SELECT a.*, p.real_name_sealed, p.id_number_sealed, p.birth_date, p.sex, p.verified_at,
  (SELECT jsonb_agg(to_jsonb(x)) FROM (
     SELECT id, platform, device_name, created_at, last_seen_at, ended_at, ended_reason
     FROM session WHERE account = a.id ORDER BY id DESC LIMIT $2) x) AS sessions,
  (SELECT jsonb_agg(to_jsonb(x)) FROM (
     SELECT r.id, c.name AS community_name, h.path AS home_path, r.relation, r.display_name, r.lease_ends_on,
            r.started_at, r.ended_at, r.ended_reason
     FROM residency r JOIN community c ON c.id = r.community JOIN place h ON h.id = r.home
     WHERE r.person = a.person ORDER BY r.id DESC LIMIT $2) x) AS residencies,
  (SELECT jsonb_agg(to_jsonb(x)) FROM (
     SELECT v.id, c.name AS community_name, h.path AS home_path, v.relation, v.real_name_sealed AS real_name,
            v.id_hint AS id_number_masked, v.state, v.reason, v.created_at, v.decided_at
     FROM verification v JOIN community c ON c.id = v.community JOIN place h ON h.id = v.home
     WHERE v.account = a.id ORDER BY v.id DESC LIMIT $2) x) AS verifications,
  (SELECT jsonb_agg(to_jsonb(x)) FROM (
     SELECT g.id, g.role, c.name AS community_name, g.granted_at, g.ends_at, g.ended_at
     FROM role_grant g LEFT JOIN community c ON c.id = g.community
     WHERE g.account = a.id ORDER BY g.id DESC LIMIT $2) x) AS roles,
  (SELECT jsonb_agg(to_jsonb(x)) FROM (
     SELECT l.id, l.at, l.action, l.reason, l.details
     FROM audit_line l WHERE l.about = a.id ORDER BY l.at DESC, l.id DESC LIMIT $2) x) AS audit_lines
FROM account a LEFT JOIN person p ON p.id = a.person WHERE a.id = $1
"""


async def my_data(caller: Caller) -> MyData:
    """In two statements, and one for each of the domains' holdings.

    The export holds no secret of anybody else: who looked is in the access log.
    """
    row = await fetchrow(DATA_SQL, caller.account_id, LINES_MOST)
    if row is None:
        raise NotFound()
    verifications = _listed(row["verifications"], list[VerificationData])
    return MyData(
        exported_at=now(),
        account=_account(row),
        person=_person(row),
        sessions=_listed(row["sessions"], list[SessionData]),
        residencies=_listed(row["residencies"], list[ResidencyData]),
        verifications=[
            msgspec.structs.replace(it, real_name=_name_applied_with(it.id, it.real_name)) for it in verifications
        ],
        roles=_listed(row["roles"], list[RoleData]),
        audit_lines=_listed(row["audit_lines"], list[AuditData]),
        media=await kept_for(caller.account_id),
        held=await held_about(caller.account_id),
    )


def _listed(text: str | None, kind: type[T]) -> T:
    return msgspec.json.decode(text or "[]", type=kind)


def _account(row: Record) -> AccountData:
    return AccountData(
        id=row["id"],
        phone=unseal(row["phone_sealed"], bound_to=phone_cell(row["id"])),
        nickname=row["nickname"],
        locale=row["locale"],
        ui_mode=row["ui_mode"],
        theme=row["theme"],
        state=row["state"],
        created_at=row["created_at"],
    )


def _person(row: Record) -> PersonData | None:
    if row["person"] is None:
        return None
    number = unseal(row["id_number_sealed"], bound_to=f"person.id_number:{row['person']}")
    return PersonData(
        real_name=unseal(row["real_name_sealed"], bound_to=f"person.real_name:{row['person']}"),
        id_number_masked=mask_id_number(number),
        birth_date=row["birth_date"],
        sex=row["sex"],
        verified_at=row["verified_at"],
    )


def _name_applied_with(verification_id: UUID, sealed: str) -> str:
    return unseal(sealed, bound_to=f"verification.real_name:{verification_id}")
