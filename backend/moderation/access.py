"""The doors of moderation. The thing is always locked before its case: whoever writes on it comes from that side."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.subjects import Snapshot, subject_of
from backend.moderation.permissions import DECIDE, EDIT_PLATFORM_WORDS, EDIT_WORDS, READ_WORDS

# The second lock is the author's here: two decisions about one person count each other's penalties.
CASE_SQL = """
SELECT c.*, EXISTS (SELECT FROM moderation_case b WHERE b.subject_id = c.subject_id AND b.id <> c.id
                      AND (b.verdict = 'keep' OR b.auto_restored_at IS NOT NULL OR b.overturned_at IS NOT NULL))
            AS stood_before,
       CASE WHEN c.author IS NOT NULL
            THEN pg_advisory_xact_lock(hashtextextended(c.community::text || c.author::text, 0)) END
FROM moderation_case c WHERE c.id = $1 FOR UPDATE OF c
"""
"""`stood_before`: it was looked at and kept, or came back, under an earlier case."""


async def case_to_move(case_id: UUID) -> tuple[Record | None, Snapshot | None]:
    """The case, locked, and its thing as it stands, for the clock, which asks nobody."""
    known = await fetchrow("SELECT subject_kind, subject_id FROM moderation_case WHERE id = $1", case_id)
    if known is None:
        return None, None
    snapshot = await _snapshot(known)
    return await fetchrow(CASE_SQL, case_id), snapshot


async def case_to_decide(caller: Caller, case_id: UUID) -> tuple[Record, Snapshot | None]:
    """The case, locked, and its thing as it stands, for a moderator of its community. Raises NotFound."""
    known = await fetchrow("SELECT community, subject_kind, subject_id FROM moderation_case WHERE id = $1", case_id)
    if known is None:
        raise NotFound()
    caller.require(DECIDE, known["community"])
    snapshot = await _snapshot(known)
    row = await fetchrow(CASE_SQL, case_id)
    assert row is not None, "no case is ever deleted"
    return row, snapshot


async def case_to_claim(caller: Caller, case_id: UUID) -> Record:
    """Locked, for a moderator of its community. Raises NotFound."""
    row = await fetchrow("SELECT * FROM moderation_case WHERE id = $1 FOR UPDATE", case_id)
    if row is None:
        raise NotFound()
    caller.require(DECIDE, row["community"])
    return row


async def own_sanction(caller: Caller, sanction_id: UUID) -> Record:
    """Locked, for whom it was laid upon. Raises NotFound."""
    row = await fetchrow(
        "SELECT * FROM sanction WHERE id = $1 AND account = $2 FOR UPDATE", sanction_id, caller.account_id
    )
    if row is None:
        raise NotFound()
    return row


async def word_to_change(caller: Caller, word_id: UUID) -> Record:
    """Locked, for whoever keeps its list. Raises NotFound."""
    row = await fetchrow("SELECT * FROM watched_word WHERE id = $1 FOR UPDATE", word_id)
    if row is None:
        raise NotFound()
    require_list(caller, row["community"])
    return row


def require_list(caller: Caller, community_id: UUID | None) -> None:
    """Who keeps a community's list, or the platform's (null). Raises NotFound."""
    caller.require(EDIT_PLATFORM_WORDS if community_id is None else EDIT_WORDS, community_id)


def require_reading(caller: Caller, community_id: UUID | None) -> None:
    """Who may look at a list. Raises NotFound."""
    caller.require(READ_WORDS, community_id)


async def _snapshot(known: Record) -> Snapshot | None:
    subject = subject_of(known["subject_kind"])
    return None if subject is None else await subject.snapshot(known["subject_id"])
