"""The audit log: every decision about a person leaves a line that nobody can edit."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

import msgspec

from backend.core.clock import now
from backend.core.database import connection
from backend.core.ids import new_id
from backend.core.request_id import current_request_id
from backend.core.writes import Write

LINE_SQL = """
INSERT INTO audit_line (id, community, actor, action, about, subject_kind, subject_id, reason, details, request_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


class Words(TypedDict):
    """Of a line. `about` is the account of the person concerned, who can read the line; `details` holds no personal
    data."""

    actor: UUID | None
    community: UUID | None
    subject: str
    subject_id: UUID | None
    about: NotRequired[UUID | None]
    reason: NotRequired[str | None]
    details: NotRequired[Mapping[str, Any] | None]


async def record(action: str, **words: Unpack[Words]) -> UUID:
    """The new line's id. RuntimeError outside a transaction: a line commits with what it tells of."""
    made = line(action, **words)
    await connection().execute(made.sql, *made.args)
    return UUID(str(made.args[0]))


def line(action: str, **words: Unpack[Words]) -> Write:
    """As `record`, to go along with the statement that does what it tells of."""
    return Write(
        LINE_SQL,
        (
            new_id(),
            words["community"],
            words["actor"],
            action,
            words.get("about"),
            words["subject"],
            words["subject_id"],
            words.get("reason"),
            msgspec.json.encode(words.get("details") or {}).decode(),
            current_request_id(),
            now(),
        ),
    )
