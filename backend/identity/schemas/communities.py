"""Communities, their addresses and organisations."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.text import Line60
from backend.identity.schemas.auth import Phone

CommunityName = Annotated[str, msgspec.Meta(min_length=2, max_length=40)]
DisplayNameStyle = Literal["full_name", "surname_building", "nickname"]


class CommunityOut(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    district: str
    home_count: int
    verified_count: int


class OrganisationOut(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    name: str
    phone: str | None


class CommunityDetail(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    district: str
    home_count: int
    verified_count: int
    display_name_style: DisplayNameStyle
    committee: OrganisationOut | None
    modules: list[str]
    version: int


class CommunityUpdate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Sent with `If-Match: "<version>"`."""

    display_name_style: DisplayNameStyle | msgspec.UnsetType = msgspec.UNSET
    name: CommunityName | msgspec.UnsetType = msgspec.UNSET


CommitteePhone = Annotated[str, msgspec.Meta(min_length=5, max_length=30, pattern=r"^[0-9+() -]+$")]
"""A landline at the counter, extension and all, as people write it on a door."""


class CommunityCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`admin_phone` becomes the first committee admin, who appoints everybody else."""

    name: CommunityName
    district: Line60
    admin_phone: Phone
    committee_phone: CommitteePhone | None = None


class PlaceOut(msgspec.Struct, frozen=True):
    id: UUID
    kind: Literal["estate", "building", "entrance", "home"]
    name: str
    has_children: bool
