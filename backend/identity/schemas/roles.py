"""Who holds which role."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.identity.schemas.auth import Phone

GrantableRole = Literal[
    "worker",
    "moderator",
    "volunteer",
    "volunteer_coordinator",
    "merchant",
    "org_member",
    "treasurer",
    "auditor",
    "committee_admin",
]


Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class RoleCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`organisation_id` goes with `merchant` and `org_member`, which are held in one."""

    community_id: UUID
    phone: Phone
    role: GrantableRole
    organisation_id: UUID | None = None
    ends_at: Moment | None = None


class RoleHolding(msgspec.Struct, frozen=True):
    id: UUID
    role: str
    account_id: UUID
    display_name: str
    phone_masked: str
    organisation_id: UUID | None
    granted_at: datetime
    granted_by: str | None
    ends_at: datetime | None
