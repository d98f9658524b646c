"""One objection to one sanction, and another person's answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchval, transaction
from backend.core.events import emit
from backend.core.flow import begin, take
from backend.core.ids import new_id
from backend.core.text import clean_text
from backend.core.writes import Write
from backend.moderation import access
from backend.moderation.errors import AnotherMustDecide, AppealedAlready, AppealTooLate
from backend.moderation.events import AppealSubmitted
from backend.moderation.rules.flow import APPEAL
from backend.moderation.rules.sanctions import appeal_until
from backend.moderation.schemas.cases import (
    APPEAL_MAX_CHARS,
    APPEAL_MIN_CHARS,
    SENTENCE_MAX_CHARS,
    AppealCreate,
    AppealDecision,
    AppealDecisionOut,
)
from backend.moderation.service.deciding import role_of
from backend.moderation.service.opening import declared

MOVES = {"upheld": "uphold", "overturned": "overturn"}

APPEAL_SQL = """
INSERT INTO appeal (id, community, sanction, account, text, state, state_since, first_decided_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7) ON CONFLICT (sanction) DO NOTHING RETURNING id
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


async def decide_appeal(caller: Caller, case_id: UUID, data: AppealDecision) -> AppealDecisionOut:
    """Overturned, what was done is undone and the reports count as wrong.

    Raises NotFound, NoAppeal, AnotherMustDecide, MoveRefused, Invalid.
    """
    reason = clean_text(data.reason, field="reason", least=2, most=SENTENCE_MAX_CHARS)[:SENTENCE_MAX_CHARS]
    async with transaction():
        case, snapshot = await access.appeal_to_answer(caller, case_id)
        at = now()
        if caller.account_id in (case["first_decided_by"], case["account"]):
            raise AnotherMustDecide()
        answer = {
            "decided_by": caller.account_id,
            "decided_as": role_of(caller, case["community"]),
            "reason": reason,
            "decided_at": at,
        }
        is_undone = data.outcome == "overturned"
        along = [_line(caller, case, data.outcome, reason), *(_undoing(case, at) if is_undone else ())]
        move = MOVES[data.outcome]
        await take(APPEAL, case["appeal"], move, actor=caller.account_id, reason=reason, changes=answer, along=along)
        if is_undone and snapshot is not None and not case["decided_since"]:
            await _give_back(case)
    return AppealDecisionOut(case_id=case_id, outcome=data.outcome, reason=reason, decided_at=at)


def _undoing(case: Record, at: datetime) -> Sequence[Write]:
    """What the database undoes: the sanction, what the reports came to, the case."""
    return (
        Write("UPDATE sanction SET lifted_at = $2 WHERE id = $1", (case["sanction"], at)),
        Write("UPDATE report SET outcome = 'disagreed' WHERE moderation_case = $1", (case["id"],)),
        Write("UPDATE moderation_case SET overturned_at = $2 WHERE id = $1", (case["id"], at)),
    )


def _line(caller: Caller, case: Record, outcome: str, reason: str) -> Write:
    return audit.line(
        f"appeal.{outcome}",
        actor=caller.account_id,
        community=case["community"],
        about=case["account"],
        subject=case["subject_kind"],
        subject_id=case["subject_id"],
        reason=reason,
        details={"case": str(case["id"])},
    )


async def _give_back(case: Record) -> None:
    subject = declared(case["subject_kind"])
    if case["measure"] in ("hide", "delete"):
        await subject.restore(case["subject_id"])
    elif case["measure"] == "lock" and subject.unlock is not None:
        await subject.unlock(case["subject_id"])
