"""What may be reported and decided upon: a domain tells how its things are shown to a moderator and taken away.

A domain declares it as it declares its reactions: `SUBJECTS = {"thread": Subject(...)}`. Moderation knows nothing
else of threads, notices or listings.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec

from backend.core.auth import Caller


class Snapshot(msgspec.Struct, frozen=True):
    """A thing as it stands, for the record: what a moderator sees even after its author has changed it.

    `author_id` null: nobody's in particular. `url` is the client's path. `is_protected`: official responses,
    letters, fund entries; reports alone never hide those. `is_shown`: neighbours see it now.
    """

    kind: str
    id: UUID
    community_id: UUID
    author_id: UUID | None
    author_name: str
    organisation_id: UUID | None
    title: str
    body: str
    url: str
    is_protected: bool
    is_shown: bool


Act = Callable[[UUID], Awaitable[None]]
"""Takes the thing's id inside the open transaction, behind `snapshot`; harmless when it is so already or gone."""


@dataclass(frozen=True)
class Subject:
    """`snapshot` locks the row until the transaction ends and is None when it is gone. `seen_by` says whether the
    caller can see it. An act left out is not offered."""

    snapshot: Callable[[UUID], Awaitable[Snapshot | None]]
    seen_by: Callable[[Caller, UUID], Awaitable[bool]]
    hide: Act
    restore: Act
    delete: Act | None = None
    lock: Act | None = None
    unlock: Act | None = None


_subjects: dict[str, Subject] = {}


def register_subjects(subjects: Mapping[str, Subject]) -> None:
    """Adds a domain's. Registering the same one twice changes nothing."""
    _subjects.update(subjects)


def subject_of(kind: str) -> Subject | None:
    return _subjects.get(kind)
