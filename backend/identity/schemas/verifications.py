"""Applications to be verified, as the applicant and as the desk see them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

RealName = Annotated[str, msgspec.Meta(min_length=2, max_length=30)]
IdNumberText = Annotated[str, msgspec.Meta(min_length=15, max_length=24)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=500)]
MediaIds = Annotated[list[UUID], msgspec.Meta(max_length=6)]
Relation = Literal["owner", "tenant", "family"]
State = Literal["submitted", "claimed", "needs_more", "approved", "rejected", "withdrawn"]


class VerificationCreate(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`lease_ends_on` goes with a tenant."""

    community_id: UUID
    real_name: RealName
    id_number: IdNumberText
    home_id: UUID
    relation: Relation
    lease_ends_on: date | None = None
    evidence_media_ids: MediaIds = []


class DeskVerificationCreate(VerificationCreate, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Taken down at the counter for somebody who came in person."""

    phone: Annotated[str, msgspec.Meta(min_length=5, max_length=20)]


class VerificationResubmit(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    evidence_media_ids: MediaIds = []
    note: Annotated[str, msgspec.Meta(max_length=500)] | None = None


class VerificationState(msgspec.Struct, frozen=True):
    id: UUID
    state: State


class StepOut(msgspec.Struct, frozen=True):
    state: State
    at: datetime
    reason: str | None


class VerificationOut(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    community_id: UUID
    community_name: str
    home_id: UUID
    home_path: str
    relation: Relation
    lease_ends_on: date | None
    state: State
    real_name_masked: str
    id_number_masked: str
    reason: str | None
    created_at: datetime
    decided_at: datetime | None
    steps: list[StepOut]


class Approval(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`move_person` says aloud that the ID number leaves the account that held it until now."""

    move_person: bool = False


class Decision(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    reason: Reason


class ClaimerOut(msgspec.Struct, frozen=True):
    id: UUID
    display_name: str


class QueueItem(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the desk's queue. The reviewer sees the full name; the number stays masked until revealed."""

    id: UUID
    state: State
    real_name: str
    id_number_masked: str
    home_path: str
    relation: Relation
    lease_ends_on: date | None
    submitted_at: datetime
    age_hours: int
    claimed_by: ClaimerOut | None
    claimed_by_me: bool
    conflict: bool
    method: str
    evidence_count: int


class EvidenceOut(msgspec.Struct, frozen=True):
    media_id: UUID
    thumbhash: str
    width: int
    height: int


class ConflictOut(msgspec.Struct, frozen=True):
    """The account that holds the same ID number now."""

    account_id: UUID | None
    phone_masked: str | None
    homes: list[str]


class RevealOut(msgspec.Struct, frozen=True):
    who: str
    at: datetime
    reason: str | None


class QueueDetail(QueueItem, frozen=True, kw_only=True):
    """One application in the drawer beside the queue."""

    community_id: UUID
    phone_masked: str
    reason: str | None
    evidence: list[EvidenceOut]
    steps: list[StepOut]
    conflict_with: ConflictOut | None
    reveals: list[RevealOut]


class Revealed(msgspec.Struct, frozen=True):
    """The whole number, once, for the reason given."""

    id_number: str
    revealed_at: datetime
