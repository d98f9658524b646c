"""Everything held about one account, as its owner takes it away."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.media.schemas import MediaOut


class AccountData(msgspec.Struct, frozen=True):
    id: UUID
    phone: str
    nickname: str | None
    locale: str
    ui_mode: str
    theme: str
    state: str
    created_at: datetime


class PersonData(msgspec.Struct, frozen=True):
    """The name in full; of the ID number, which the owner has on the card, the ends."""

    real_name: str
    id_number_masked: str
    birth_date: date
    sex: str
    verified_at: datetime


class SessionData(msgspec.Struct, frozen=True):
    id: UUID
    platform: str
    device_name: str
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    ended_reason: str | None


class ResidencyData(msgspec.Struct, frozen=True):
    id: UUID
    community_name: str
    home_path: str
    relation: str
    display_name: str
    lease_ends_on: date | None
    started_at: datetime
    ended_at: datetime | None
    ended_reason: str | None


class VerificationData(msgspec.Struct, frozen=True):
    id: UUID
    community_name: str
    home_path: str
    relation: str
    real_name: str
    id_number_masked: str
    state: str
    reason: str | None
    created_at: datetime
    decided_at: datetime | None


class RoleData(msgspec.Struct, frozen=True):
    id: UUID
    role: str
    community_name: str | None
    granted_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None


class AuditData(msgspec.Struct, frozen=True):
    """A decision or a look that concerned the owner."""

    id: UUID
    at: datetime
    action: str
    reason: str | None
    details: dict[str, Any]


class MyData(msgspec.Struct, frozen=True, kw_only=True):
    """`held` is what the other domains hold, by kind."""

    exported_at: datetime
    account: AccountData
    person: PersonData | None
    sessions: list[SessionData]
    residencies: list[ResidencyData]
    verifications: list[VerificationData]
    roles: list[RoleData]
    audit_lines: list[AuditData]
    media: list[MediaOut]
    held: dict[str, list[dict[str, Any]]]
