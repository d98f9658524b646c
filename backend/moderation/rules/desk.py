"""What may be done with a case next, and by whom."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.core.subjects import Subject
from backend.moderation.schemas.cases import Verdict

NOTES_MOST = 100
"""Of a case: a talk that needs more is held elsewhere."""


def verdicts_for(subject: Subject | None) -> list[Verdict]:
    """What its domain offers."""
    verdicts: list[Verdict] = ["keep"]
    if subject is not None:
        verdicts.append("hide")
        if subject.delete is not None:
            verdicts.append("delete")
        if subject.lock is not None:
            verdicts.append("lock")
    return verdicts


def next_moves(case: Mapping[str, Any], account_id: UUID) -> list[str]:
    """For a moderator: claim, release, decide, decide_appeal. `case` has `appeal_state` and `first_decided_by`."""
    if case["author"] == account_id:
        return []
    if case["state"] == "decided":
        appealed = case["appeal_state"] == "submitted" and case["first_decided_by"] != account_id
        return ["decide_appeal"] if appealed else []
    if case["state"] == "open":
        return ["claim", "decide"]
    return ["release", "decide"] if case["claimed_by"] == account_id else []
