"""The doors of moderation. The thing is always locked before its case: whoever writes on it comes from that side."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.flow import MoveRefused
from backend.core.subjects import Snapshot, subject_of
from backend.moderation.errors import NoAppeal, OwnCase
from backend.moderation.permissions import DECIDE, EDIT_PLATFORM_WORDS, EDIT_WORDS, READ_WORDS
from backend.moderation.rules.flow import APPEAL

# The author's lock: two decisions about one person count each other's penalties.
AUTHOR_LOCK = """
CASE WHEN c.author IS NOT NULL
     THEN pg_advisory_xact_lock(hashtextextended(c.community::text || c.author::text, 0)) END
"""
CASE_SQL = f"""
SELECT c.*, EXISTS (SELECT FROM moderation_case b WHERE b.subject_id = c.subject_id AND b.id <> c.id
                      AND (b.verdict = 'keep' OR b.auto_restored_at IS NOT NULL OR b.overturned_at IS NOT NULL))
            AS stood_before, {AUTHOR_LOCK}
FROM moderation_case c WHERE c.id = $1 FOR UPDATE OF c
"""
"""`stood_before`: it was looked at and kept, or came back, under an earlier case."""
APPEALED_SQL = f"""
SELECT c.*, a.id AS appeal, a.account, a.state AS appeal_state, a.first_decided_by, s.id AS sanction, s.measure,
       EXISTS (SELECT FROM moderation_case b WHERE b.subject_id = c.subject_id AND b.id <> c.id
                 AND b.overturned_at IS NULL
                 AND b.verdict = ANY(CASE s.measure WHEN 'lock' THEN ARRAY['lock'] ELSE ARRAY['hide', 'delete'] END))
            AS decided_since, {AUTHOR_LOCK}
FROM moderation_case c JOIN sanction s ON s.moderation_case = c.id JOIN appeal a ON a.sanction = s.id
WHERE c.id = $1 FOR UPDATE OF c, s, a
"""
"""`decided_since`: another case has done the same to it, and that stands."""


async def case_to_move(case_id: UUID) -> tuple[Record | None, Snapshot | None]:
    """The case, locked, and its thing as it stands, for the clock, which asks nobody. Raises MoveRefused."""
    known = await fetchrow("SELECT subject_kind, subject_id FROM moderation_case WHERE id = $1", case_id)
    if known is None:
        return None, None
    snapshot = await _snapshot(known)
    return _unmoved(known, await fetchrow(CASE_SQL, case_id)), snapshot


async def case_to_decide(caller: Caller, case_id: UUID) -> tuple[Record, Snapshot | None]:
    """The case, locked, and its thing as it stands, for a moderator of its community. Raises NotFound, MoveRefused."""
    known, snapshot = await _for_decider(caller, case_id)
    return _unmoved(known, await fetchrow(CASE_SQL, case_id)), snapshot


async def appeal_to_answer(caller: Caller, case_id: UUID) -> tuple[Record, Snapshot | None]:
    """As `case_to_decide`, with the appeal and what it is about. Raises NoAppeal besides."""
    known, snapshot = await _for_decider(caller, case_id)
    row = await fetchrow(APPEALED_SQL, case_id)
    if row is None or row["appeal_state"] != APPEAL.initial:
        raise NoAppeal()
    return _unmoved(known, row), snapshot


async def case_to_claim(caller: Caller, case_id: UUID) -> Record:
    """Locked, for a moderator of its community. Raises NotFound."""
    row = await fetchrow("SELECT * FROM moderation_case WHERE id = $1 FOR UPDATE", case_id)
    if row is None:
        raise NotFound()
    caller.require(DECIDE, row["community"])
    return row


async def case_to_note(caller: Caller, case_id: UUID) -> Record:
    """Locked, for a moderator of its community who didn't write what it is about. Raises NotFound, OwnCase."""
    row = await case_to_claim(caller, case_id)
    if row["author"] == caller.account_id:
        raise OwnCase()
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


async def _for_decider(caller: Caller, case_id: UUID) -> tuple[Record, Snapshot | None]:
    known = await fetchrow("SELECT community, subject_kind, subject_id FROM moderation_case WHERE id = $1", case_id)
    if known is None:
        raise NotFound()
    caller.require(DECIDE, known["community"])
    return known, await _snapshot(known)


def _unmoved(known: Record, row: Record | None) -> Record:
    """Its thing became another one, in a merge, while this waited for it: whoever asks again finds that one."""
    assert row is not None, "no case is ever deleted"
    if row["subject_id"] != known["subject_id"]:
        raise MoveRefused()
    return row


async def _snapshot(known: Record) -> Snapshot | None:
    subject = subject_of(known["subject_kind"])
    return None if subject is None else await subject.snapshot(known["subject_id"])
