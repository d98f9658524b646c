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


class Concerned(msgspec.Struct, frozen=True):
    """An account, and what neighbours here call its person; the masked phone of one who doesn't live here."""

    id: UUID
    name: str


class AuditLineOut(msgspec.Struct, frozen=True):
    """One decision. `actor` is what neighbours call them; null when the house acted by itself.

    `about` is null when it concerned no one person.
    """

    id: UUID
    at: datetime
    actor: str | None
    action: str
    about: Concerned | None
    subject_kind: str
    subject_id: UUID | None
    reason: str | None
    details: dict[str, Any]
