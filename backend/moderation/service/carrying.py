"""A thing has become another one: the first post of a merged thread an answer, an answer the first post of a thread."""

from uuid import UUID

from backend.core.writes import Write

CARRY_SQL = """
UPDATE moderation_case SET subject_kind = $3, subject_id = $4 WHERE subject_id = $2 AND subject_kind = $1
"""


def carry(kind: str, subject_id: UUID, to_kind: str, to_id: UUID) -> Write:
    """Its cases, and with them their sanctions and appeals, are about the other one from here on: to go along with the
    statement that makes it so, with both locked there."""
    return Write(CARRY_SQL, (kind, subject_id, to_kind, to_id))
