"""A moderator takes a case, so that no two work on it, and may put it back."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import transaction
from backend.core.flow import take
from backend.moderation import access
from backend.moderation.errors import ClaimedByAnother, Decided, OwnCase
from backend.moderation.rules.flow import CASE
from backend.moderation.schemas.cases import CaseRef, StaffCaseCreate
from backend.moderation.service.opening import open_by_staff


async def claim(caller: Caller, case_id: UUID) -> None:
    """For CLAIM_LIFE; again, it changes nothing. Raises NotFound, OwnCase, ClaimedByAnother, Decided."""
    async with transaction():
        await _claim(caller, await access.case_to_claim(caller, case_id))


async def release(caller: Caller, case_id: UUID) -> None:
    """One's own; what isn't claimed stays as it is. Raises NotFound, ClaimedByAnother."""
    async with transaction():
        case = await access.case_to_claim(caller, case_id)
        if case["state"] != "claimed":
            return
        if case["claimed_by"] != caller.account_id:
            raise ClaimedByAnother()
        await take(CASE, case_id, "release", actor=caller.account_id, changes={"claimed_by": None})


async def open_and_claim(caller: Caller, data: StaffCaseCreate) -> CaseRef:
    """What a moderator came upon is theirs to decide; of their own they open none.

    Raises NotFound, OwnCase, ClaimedByAnother.
    """
    async with transaction():
        case = await open_by_staff(caller, data)
        await _claim(caller, case)
    return CaseRef(id=case["id"], state="claimed")


async def _claim(caller: Caller, case: Record) -> None:
    if case["author"] == caller.account_id:
        raise OwnCase()
    if case["state"] == "decided":
        raise Decided()
    if case["state"] == "claimed":
        if case["claimed_by"] != caller.account_id:
            raise ClaimedByAnother()
        return
    await take(CASE, case["id"], "claim", actor=caller.account_id, changes={"claimed_by": caller.account_id})
