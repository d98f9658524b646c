"""One objection to one sanction, and another person's answer."""

from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchrow, fetchval, transaction
from backend.core.events import emit
from backend.core.flow import begin, take
from backend.core.ids import new_id
from backend.core.text import clean_text
from backend.moderation import access
from backend.moderation.errors import AnotherMustDecide, AppealedAlready, AppealTooLate, NoAppeal
from backend.moderation.events import AppealSubmitted
from backend.moderation.rules.flow import APPEAL
from backend.moderation.rules.sanctions import appeal_until
from backend.moderation.schemas.cases import (
    APPEAL_MAX_CHARS,
    APPEAL_MIN_CHARS,
    SENTENCE_MAX_CHARS,
    AppealCreate,
    AppealDecision,
)
from backend.moderation.service.deciding import role_of
from backend.moderation.service.opening import declared

MOVES = {"upheld": "uphold", "overturned": "overturn"}

APPEAL_SQL = """
INSERT INTO appeal (id, community, sanction, account, text, state, state_since, first_decided_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7) ON CONFLICT (sanction) DO NOTHING RETURNING id
"""
TO_ANSWER_SQL = """
SELECT a.id, a.account, a.state, a.first_decided_by, s.id AS sanction, s.measure
FROM sanction s JOIN appeal a ON a.sanction = s.id WHERE s.moderation_case = $1 FOR UPDATE OF a, s
"""
# What another case has decided since stands.
DECIDED_SINCE_SQL = """
SELECT EXISTS (SELECT FROM moderation_case b WHERE b.subject_id = $1 AND b.id <> $2 AND b.overturned_at IS NULL
               AND b.verdict = ANY($3))
"""
UNDO_SQL = """
WITH lifted AS (UPDATE sanction SET lifted_at = $3 WHERE id = $2),
     weighed AS (UPDATE report SET outcome = 'disagreed' WHERE moderation_case = $1)
UPDATE moderation_case SET overturned_at = $3 WHERE id = $1
"""


async def appeal(caller: Caller, sanction_id: UUID, data: AppealCreate) -> None:
    """One, within seven days. Raises NotFound, AppealTooLate, AppealedAlready, Invalid."""
    text = clean_text(data.text, field="text", least=APPEAL_MIN_CHARS, most=APPEAL_MAX_CHARS)[:APPEAL_MAX_CHARS]
    async with transaction():
        sanction = await access.own_sanction(caller, sanction_id)
        appeal_id, at = new_id(), now()
        if at >= appeal_until(sanction["starts_at"]):
            raise AppealTooLate()
        made = await fetchval(
            APPEAL_SQL, appeal_id, sanction["community"], sanction_id, caller.account_id, text, APPEAL.initial, at,
            sanction["decided_by"],
        )  # fmt: skip
        if made is None:
            raise AppealedAlready()
        await begin(APPEAL, appeal_id, actor=caller.account_id)
        await emit(AppealSubmitted(appeal_id=appeal_id))


async def decide_appeal(caller: Caller, case_id: UUID, data: AppealDecision) -> None:
    """Overturned, what was done is undone and the reports count as wrong.

    Raises NotFound, NoAppeal, AnotherMustDecide, Invalid.
    """
    reason = clean_text(data.reason, field="reason", least=2, most=SENTENCE_MAX_CHARS)[:SENTENCE_MAX_CHARS]
    async with transaction():
        case, snapshot = await access.case_to_decide(caller, case_id)
        found = await fetchrow(TO_ANSWER_SQL, case_id)
        if found is None or found["state"] != APPEAL.initial:
            raise NoAppeal()
        if caller.account_id in (found["first_decided_by"], found["account"]):
            raise AnotherMustDecide()
        answer = {
            "decided_by": caller.account_id,
            "decided_as": role_of(caller, case["community"]),
            "reason": reason,
            "decided_at": now(),
        }
        move = MOVES[data.outcome]
        await take(APPEAL, found["id"], move, actor=caller.account_id, reason=reason, changes=answer)
        if data.outcome == "overturned":
            await execute(UNDO_SQL, case_id, found["sanction"], now())
            if snapshot is not None:
                await _undo(case, found["measure"])
        await audit.record(
            f"appeal.{data.outcome}",
            actor=caller.account_id,
            community=case["community"],
            about=found["account"],
            subject=case["subject_kind"],
            subject_id=case["subject_id"],
            reason=reason,
            details={"case": str(case_id)},
        )


async def _undo(case: Record, measure: str | None) -> None:
    subject = declared(case["subject_kind"])
    if measure in ("hide", "delete"):
        if not await _decided_since(case, ["hide", "delete"]):
            await subject.restore(case["subject_id"])
    elif measure == "lock" and subject.unlock is not None and not await _decided_since(case, ["lock"]):
        await subject.unlock(case["subject_id"])


async def _decided_since(case: Record, verdicts: list[str]) -> bool:
    return bool(await fetchval(DECIDED_SINCE_SQL, case["subject_id"], case["id"], verdicts))
