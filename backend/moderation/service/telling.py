"""Who is told what: the desk that there is work, authors what was done and why, reporters what came of it.

A reporter is told by their own row and named to nobody; what they are told says nothing of other reporters.
"""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core.database import fetch, fetchrow
from backend.identity.queries.roles import holders_of
from backend.inbox import service as inbox
from backend.moderation.permissions import DECIDE, EDIT_WORDS
from backend.moderation.rules.flow import APPEAL_PROMISED, APPEAL_REMINDER
from backend.moderation.rules.telling import excerpt_of, is_hers_to_hear, what_was_done

REPORTERS_AT_ONCE = 500
"""A page of one telling: its transaction stays short."""

CASE_SQL = """
SELECT c.*, c.snapshot->>'title' AS title, c.snapshot->>'body' AS body, s.id AS sanction, s.measure, s.penalty,
       (c.snapshot->>'is_shown')::boolean AS was_shown,
       EXISTS (SELECT FROM appeal a WHERE a.sanction = s.id) AS appealed
FROM moderation_case c LEFT JOIN sanction s ON s.moderation_case = c.id WHERE c.id = $1
"""
APPEAL_SQL = """
SELECT a.*, s.moderation_case, c.subject_kind, c.subject_id, c.snapshot->>'title' AS title,
       c.snapshot->>'body' AS body
FROM appeal a JOIN sanction s ON s.id = a.sanction JOIN moderation_case c ON c.id = s.moderation_case WHERE a.id = $1
"""
REPORTERS_SQL = """
SELECT id, reporter, outcome FROM report
WHERE moderation_case = $1 AND outcome = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4
"""


async def tell_desk(case_id: UUID) -> None:
    """There is a case; not to whoever wrote it, who can't decide on it."""
    case = await fetchrow(CASE_SQL, case_id)
    if case is None or case["state"] == "decided":
        return
    about = _desk(case, case_id, state=case["source"])
    await _tell_deciders(case["community"], about, but={case["author"]}, once=f"case:{case_id}:opened")


async def tell_author_of_hiding(case_id: UUID) -> None:
    """Reports alone have hidden it; a moderator will look."""
    case = await fetchrow(CASE_SQL, case_id)
    if case is None or case["author"] is None or case["auto_hidden_at"] is None or case["state"] == "decided":
        return
    about = _about(case, "moderation.decided", state="auto_hidden")
    await inbox.tell(case["author"], about, once=f"case:{case_id}:auto_hidden")


async def tell_author_of_return(case_id: UUID) -> None:
    """Nobody decided in a day: it is back."""
    case = await fetchrow(CASE_SQL, case_id)
    if case is None or case["author"] is None or case["auto_restored_at"] is None:
        return
    about = _about(case, "moderation.decided", state="auto_restored")
    await inbox.tell(case["author"], about, once=f"case:{case_id}:auto_restored")


async def tell_author_of_decision(case_id: UUID) -> None:
    """What was done, by which sentence. Of a report that came to nothing the author never hears."""
    case = await fetchrow(CASE_SQL, case_id)
    if case is None or case["author"] is None or not is_hers_to_hear(case):
        return
    about = _about(case, "moderation.decided", state=what_was_done(case), sentence=case["sentence"])
    await inbox.tell(case["author"], about, once=f"case:{case_id}:decided")


async def tell_reporters(case_id: UUID) -> None:
    """Each that it was looked at, and what was thought of it."""
    case = await fetchrow(CASE_SQL, case_id)
    if case is None or case["state"] != "decided" or case["overturned_at"] is not None:
        return
    for outcome in ("agreed", "disagreed"):
        await _tell_reporters(case, outcome, state=outcome, once=f"case:{case_id}:decided")


async def forget_waiting(case_id: UUID) -> None:
    """Decided: it waits at nobody's desk any more. An appeal may have begun to wait since; that stays."""
    case = await fetchrow(CASE_SQL, case_id)
    if case is not None and case["state"] == "decided" and not case["appealed"]:
        await inbox.retract(case_id)


async def tell_desk_of_appeal(appeal_id: UUID, *, waiting: bool) -> None:
    """To those who may answer it: not the one who decided first, not the one who appeals."""
    appeal = await fetchrow(APPEAL_SQL, appeal_id)
    if appeal is None or appeal["state"] != "submitted":
        return
    about = _desk(appeal, appeal["moderation_case"], state="appeal_waiting" if waiting else "appeal")
    await _tell_deciders(
        appeal["community"],
        about,
        but={appeal["first_decided_by"], appeal["account"]},
        once=f"appeal:{appeal_id}:{'waiting' if waiting else 'submitted'}",
    )


async def tell_admins_of_appeal(appeal_id: UUID) -> None:
    """The promise is broken: whoever answers for the community hears of it, even if it was they who decided."""
    appeal = await fetchrow(APPEAL_SQL, appeal_id)
    if appeal is None or appeal["state"] != "submitted":
        return
    admins = await holders_of(EDIT_WORDS, appeal["community"])
    about = _desk(appeal, appeal["moderation_case"], state="appeal_overdue")
    await inbox.tell_all(admins, about, once=f"appeal:{appeal_id}:overdue")


async def tell_of_answer(appeal_id: UUID) -> None:
    """The one who appealed what was answered; when it was overturned, those who had reported, too."""
    appeal = await fetchrow(APPEAL_SQL, appeal_id)
    if appeal is None or appeal["state"] == "submitted":
        return
    about = inbox.About(
        kind="appeal.decided",
        subject_kind="sanction",
        subject_id=appeal["sanction"],
        community_id=appeal["community"],
        params={"state": appeal["state"], "title": _title(appeal), "sentence": appeal["reason"]},
    )
    await inbox.tell(appeal["account"], about, once=f"appeal:{appeal_id}:decided")
    await inbox.retract(appeal["moderation_case"])
    if appeal["state"] == "overturned":
        case = await fetchrow(CASE_SQL, appeal["moderation_case"])
        assert case is not None, "the appeal's own"
        await _tell_reporters(case, "disagreed", state="overturned", once=f"appeal:{appeal_id}:overturned")


async def _tell_reporters(case: Record, outcome: str, *, state: str, once: str) -> None:
    last: UUID | None = None
    while rows := await fetch(REPORTERS_SQL, case["id"], outcome, last, REPORTERS_AT_ONCE):
        about = inbox.About(
            kind="report.decided",
            subject_kind="report",
            subject_id=case["subject_id"],
            community_id=case["community"],
            params={"state": state, "title": _title(case)},
        )
        await inbox.tell_all([row["reporter"] for row in rows], about, once=once)
        last = rows[-1]["id"]


async def _tell_deciders(community_id: UUID, about: inbox.About, *, but: set[UUID | None], once: str) -> None:
    deciders: Sequence[UUID] = await holders_of(DECIDE, community_id)
    await inbox.tell_all([account for account in deciders if account not in but], about, once=once)


def _desk(row: Record, case_id: UUID, *, state: str) -> inbox.About:
    hours = int((APPEAL_PROMISED if state == "appeal_overdue" else APPEAL_REMINDER).total_seconds() // 3600)
    return inbox.About(
        kind="desk.cases",
        subject_kind="case",
        subject_id=case_id,
        community_id=row["community"],
        params={"state": state, "title": _title(row), "hours": hours},
    )


def _about(case: Record, kind: str, **params: str) -> inbox.About:
    """Leads to the sanction, where there is one to object to, and to the thing otherwise."""
    sanctioned = case["sanction"] is not None
    return inbox.About(
        kind=kind,
        subject_kind="sanction" if sanctioned else case["subject_kind"],
        subject_id=case["sanction"] if sanctioned else case["subject_id"],
        community_id=case["community"],
        params={"title": _title(case), **params},
    )


def _title(row: Record) -> str:
    return row["title"] or excerpt_of(row["body"])
