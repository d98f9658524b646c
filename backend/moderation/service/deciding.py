"""A moderator decides: about the words, about their author, by a rule and with a sentence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import transaction
from backend.core.errors import FieldError, Invalid
from backend.core.flow import take
from backend.core.ids import new_id
from backend.core.subjects import Snapshot
from backend.core.text import clean_text
from backend.core.writes import Write
from backend.moderation import access
from backend.moderation.errors import ClaimedByAnother, Decided, NotOffered, OwnCase
from backend.moderation.rules.desk import verdicts_for
from backend.moderation.rules.flow import CASE
from backend.moderation.rules.sanctions import LADDER_H
from backend.moderation.schemas.cases import SENTENCE_MAX_CHARS, Decision, DecisionOut
from backend.moderation.service.opening import declared

ADMIN = "committee_admin"
MODERATOR = "moderator"

OUTCOME_SQL = "UPDATE report SET outcome = $2 WHERE moderation_case = $1"
# The author's lock is the door's, taken before this counts: two decisions at once stand on two rungs.
SANCTION_SQL = """
INSERT INTO sanction (id, community, moderation_case, account, measure, penalty, step, rule, sentence, decided_by,
                      decided_as, starts_at, ends_at)
SELECT $1, $2, $3, $4, $5, $6, CASE WHEN $12 THEN before.step END, $7, $8, $9, $10, $11,
       CASE WHEN $12 THEN $11::timestamptz + make_interval(hours => ($13::int[])[before.step]) END
FROM (SELECT least(cardinality($13::int[]), 1 + count(*)) AS step FROM sanction
      WHERE account = $4 AND community = $2 AND penalty IN ('mute', 'suspend') AND lifted_at IS NULL) AS before
"""


async def decide(caller: Caller, case_id: UUID, data: Decision) -> DecisionOut:
    """Raises NotFound, OwnCase, ClaimedByAnother, Decided, NotOffered, MoveRefused, Invalid."""
    sentence = clean_text(data.sentence, field="sentence", least=2, most=SENTENCE_MAX_CHARS)[:SENTENCE_MAX_CHARS]
    _refuse_missing_rule(data)
    async with transaction():
        case, snapshot = await access.case_to_decide(caller, case_id)
        at = now()
        _refuse_decider(caller, case, data)
        await _act(case, snapshot, data)
        decided = {
            "verdict": data.verdict,
            "rule": data.rule,
            "sentence": sentence,
            "decided_by": caller.account_id,
            "decided_at": at,
            "claimed_by": None,
        }
        along = [_line(caller, case, data, sentence), *_what_follows(caller, case, data, sentence, at)]
        await take(CASE, case_id, "decide", actor=caller.account_id, changes=decided, along=along)
    return DecisionOut(
        case_id=case_id,
        state="decided",
        verdict=data.verdict,
        penalty=data.penalty,
        rule=data.rule,
        sentence=sentence,
        decided_at=at,
    )


def role_of(caller: Caller, community_id: UUID) -> str:
    """In which role they decide: all that the public log says of them."""
    roles = {grant.role for grant in caller.grants if grant.community_id == community_id}
    return ADMIN if ADMIN in roles else MODERATOR


def is_out_of_sight(case: Mapping[str, Any]) -> bool:
    """Held for its words, or hidden by reports, and not back."""
    return case["source"] == "words" or (case["auto_hidden_at"] is not None and case["auto_restored_at"] is None)


def _refuse_missing_rule(data: Decision) -> None:
    if data.rule is None and (data.verdict != "keep" or data.penalty is not None):
        raise Invalid(fields=[FieldError("rule", "field.required")])


def _refuse_decider(caller: Caller, case: Record, data: Decision) -> None:
    if case["author"] == caller.account_id:
        raise OwnCase()
    if case["state"] == "decided":
        raise Decided()
    if case["state"] == "claimed" and case["claimed_by"] != caller.account_id:
        raise ClaimedByAnother()
    if data.verdict not in verdicts_for(declared(case["subject_kind"])):
        raise NotOffered(fields=[FieldError("verdict", "field.value")])
    if data.penalty is not None and case["author"] is None:
        raise NotOffered(fields=[FieldError("penalty", "field.value")])


async def _act(case: Record, snapshot: Snapshot | None, data: Decision) -> None:
    """On the thing; one that is gone needs nothing more."""
    if snapshot is None:
        return
    subject = declared(case["subject_kind"])
    if data.verdict == "hide":
        await subject.hide(snapshot.id)
    elif data.verdict == "delete" and subject.delete is not None:
        await subject.delete(snapshot.id)
    else:
        # Only what this case took out of sight comes back by it: an earlier decision isn't undone by the way.
        if is_out_of_sight(case):
            await subject.restore(snapshot.id)
        if data.verdict == "lock" and subject.lock is not None:
            await subject.lock(snapshot.id)


def _what_follows(caller: Caller, case: Record, data: Decision, sentence: str, at: datetime) -> list[Write]:
    """What the reports came to; and the sanction, if there is one and somebody to bear it."""
    measure = None if data.verdict == "keep" else data.verdict
    is_adverse = measure is not None or data.penalty is not None
    writes = [Write(OUTCOME_SQL, (case["id"], "agreed" if is_adverse else "disagreed"))]
    if is_adverse and case["author"] is not None:
        sanction = (
            new_id(), case["community"], case["id"], case["author"], measure, data.penalty, data.rule, sentence,
            caller.account_id, role_of(caller, case["community"]), at, data.penalty in ("mute", "suspend"),
            list(LADDER_H),
        )  # fmt: skip
        writes.append(Write(SANCTION_SQL, sanction))
    return writes


def _line(caller: Caller, case: Record, data: Decision, sentence: str) -> Write:
    return audit.line(
        "case.decided",
        actor=caller.account_id,
        community=case["community"],
        about=case["author"],
        subject=case["subject_kind"],
        subject_id=case["subject_id"],
        reason=sentence,
        details={"case": str(case["id"]), "verdict": data.verdict, "penalty": data.penalty, "rule": data.rule},
    )
