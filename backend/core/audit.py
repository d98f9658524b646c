"""The audit log: every decision about a person leaves a line that nobody can edit."""

from typing import Any
from uuid import UUID

import msgspec

from backend.core.clock import now
from backend.core.database import connection
from backend.core.ids import new_id
from backend.core.request_id import current_request_id


async def record(
    action: str,
    *,
    actor: UUID | None,
    community: UUID | None,
    subject: str,
    subject_id: UUID | None,
    about: UUID | None = None,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> UUID:
    """The new line's id. RuntimeError outside a transaction: a line commits with what it tells of.

    `about` is the account of the person concerned, who can read the line; `details` holds no personal data.
    """
    line_id = new_id()
    await connection().execute(
        """INSERT INTO audit_line (id, community, actor, action, about, subject_kind, subject_id, reason,
                                   details, request_id, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        line_id,
        community,
        actor,
        action,
        about,
        subject,
        subject_id,
        reason,
        msgspec.json.encode(details or {}).decode(),
        current_request_id(),
        now(),
    )
    return line_id
