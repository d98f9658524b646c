"""Opening a community and editing what everybody sees of it."""

from collections.abc import Callable
from uuid import UUID

import msgspec
from asyncpg import UniqueViolationError

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchval, transaction
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.text import clean_line
from backend.identity import access
from backend.identity.errors import CommunityExists, OwnRole
from backend.identity.events import DisplayStyleChanged
from backend.identity.permissions import COMMITTEE_ADMIN, OPEN_COMMUNITY
from backend.identity.rules.sign_in import parse_phone
from backend.identity.schemas.communities import CommunityCreate, CommunityUpdate
from backend.identity.service.roles import insert_grant
from backend.identity.service.sessions import account_of

NAME_MAX_CHARS = 40
DISTRICT_MAX_CHARS = 60
ORGANISATION_NAME_MAX_CHARS = 60


async def open_community(caller: Caller, data: CommunityCreate) -> UUID:
    """The community, its committee and its first admin, who need not be verified: nobody there could do it yet.

    Raises NotFound, CommunityExists, OwnRole.
    """
    caller.require(OPEN_COMMUNITY, None)
    name = clean_line(data.name, field="name", least=2, most=NAME_MAX_CHARS)
    district = clean_line(data.district, field="district", least=2, most=DISTRICT_MAX_CHARS)
    e164 = parse_phone(data.admin_phone)
    community_id = new_id()
    async with transaction():
        made = await fetchval(
            """INSERT INTO community (id, name, district, display_name_style, timezone, modules, home_count, version,
                                      created_at)
               VALUES ($1, $2, $3, 'surname_building', 'Asia/Shanghai', '[]', 0, 1, $4)
               ON CONFLICT (name) DO NOTHING RETURNING id""",
            community_id,
            name,
            district,
            now(),
        )
        if made is None:
            raise CommunityExists()
        await add_organisation(community_id, "committee", f"{name}居委会", data.committee_phone)
        admin = await account_of(e164)
        if admin == caller.account_id:
            raise OwnRole()
        await insert_grant(COMMITTEE_ADMIN, account_id=admin, community_id=community_id, granted_by=caller.account_id)
        await audit.record(
            "community.opened",
            actor=caller.account_id,
            community=community_id,
            subject="community",
            subject_id=community_id,
        )
    return community_id


async def add_organisation(community_id: UUID, kind: str, name: str, phone: str | None = None) -> UUID:
    """An approved organisation; applying to become one is the market's and a later issue's business."""
    organisation_id = new_id()
    await execute(
        """INSERT INTO organisation (id, community, kind, name, phone, state, created_at)
           VALUES ($1, $2, $3, $4, $5, 'approved', $6)""",
        organisation_id,
        community_id,
        kind,
        name[:ORGANISATION_NAME_MAX_CHARS],
        phone,
        now(),
    )
    return organisation_id


async def update_community(
    caller: Caller, community_id: UUID, update: CommunityUpdate, *, match: Callable[[int], None]
) -> None:
    """Changes what is named and counts the edit. `match` refuses a version that isn't the one locked here."""
    async with transaction():
        row = await access.community_for_edit(caller, community_id)
        match(row["version"])
        name = row["name"]
        if not isinstance(update.name, msgspec.UnsetType):
            name = clean_line(update.name, field="name", least=2, most=NAME_MAX_CHARS)
        style = row["display_name_style"]
        if not isinstance(update.display_name_style, msgspec.UnsetType):
            style = update.display_name_style
        changed = [field for field, new in (("name", name), ("display_name_style", style)) if new != row[field]]
        if not changed:
            return
        try:
            await execute(
                "UPDATE community SET name = $2, display_name_style = $3, version = version + 1 WHERE id = $1",
                community_id,
                name,
                style,
            )
        except UniqueViolationError:
            raise CommunityExists() from None
        await audit.record(
            "community.edited",
            actor=caller.account_id,
            community=community_id,
            subject="community",
            subject_id=community_id,
            details={"fields": changed},
        )
        if "display_name_style" in changed:
            await emit(DisplayStyleChanged(community_id=community_id))
