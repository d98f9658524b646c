"""What the desk shows of the whole community."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class WaitingOut(msgspec.Struct, frozen=True):
    submitted: int
    claimed_by_me: int
    oldest_age_hours: int | None


class SummaryOut(msgspec.Struct, frozen=True):
    """`residents` are persons, each counted once."""

    verifications: WaitingOut
    residents: int
    homes: int
    homes_with_resident: int


class AuditLineOut(msgspec.Struct, frozen=True):
    """One decision. `actor` is what neighbours call them; null when the house acted by itself."""

    id: UUID
    at: datetime
    actor: str | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    reason: str | None
    details: dict[str, Any]
