"""Oneself."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from backend.identity.schemas.auth import AccountOut, Locale, Theme, UiMode
from backend.identity.schemas.verifications import Relation, State

Nickname = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class MeUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is left out stays; a null nickname takes it away."""

    nickname: Nickname | None | msgspec.UnsetType = msgspec.UNSET
    locale: Locale | msgspec.UnsetType = msgspec.UNSET
    ui_mode: UiMode | msgspec.UnsetType = msgspec.UNSET
    theme: Theme | msgspec.UnsetType = msgspec.UNSET


class PersonOut(msgspec.Struct, frozen=True):
    real_name_masked: str
    id_number_masked: str
    verified_at: datetime


class ResidencyOut(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    community_name: str
    home_id: UUID
    home_path: str
    relation: Relation
    display_name: str
    lease_ends_on: date | None


class RoleOut(msgspec.Struct, frozen=True):
    id: UUID
    role: str
    community_id: UUID | None
    organisation_id: UUID | None


class VerificationRef(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    state: State


class Unread(msgspec.Struct, frozen=True):
    inbox: int


class MeOut(msgspec.Struct, frozen=True):
    account: AccountOut
    person: PersonOut | None
    residencies: list[ResidencyOut]
    roles: list[RoleOut]
    permissions: dict[str, list[str]]
    verification: VerificationRef | None
    unread: Unread
    modules: list[str]
    min_app_version: str


class AccessOut(msgspec.Struct, frozen=True):
    """One look at my identity: who, when, why."""

    id: UUID
    at: datetime
    action: str
    who: str
    reason: str | None
