"""The desk decides about what was handed in: approve, second, return."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import transaction
from backend.core.flow import take
from backend.notices import access
from backend.notices.errors import OwnNotice
from backend.notices.rules.desk import wants_second
from backend.notices.rules.flow import FLOW
from backend.notices.service.drafting import cleaned_reason
from backend.notices.service.recording import record


async def approve(caller: Caller, notice_id: UUID) -> None:
    """The first approves; of an urgent one, another reviewer seconds. Raises NotFound, OwnNotice, MoveRefused."""
    async with transaction():
        row = await _to_review(caller, notice_id)
        if caller.account_id in (row["approved_by"], row["seconded_by"]) and row["state"] == "approved":
            return
        if wants_second(row):
            await take(FLOW, notice_id, "second", actor=caller.account_id, changes={"seconded_by": caller.account_id})
            await record(caller, row, "notice.seconded")
            return
        await take(FLOW, notice_id, "approve", actor=caller.account_id, changes={"approved_by": caller.account_id})
        await record(caller, row, "notice.approved")


async def send_back(caller: Caller, notice_id: UUID, reason: str) -> None:
    """With what has to change. Raises NotFound, OwnNotice, MoveRefused, Invalid."""
    reason = cleaned_reason(reason)
    async with transaction():
        row = await _to_review(caller, notice_id)
        await take(FLOW, notice_id, "return", actor=caller.account_id, reason=reason, changes={"reason": reason})
        await record(caller, row, "notice.returned", reason)


async def _to_review(caller: Caller, notice_id: UUID) -> Record:
    row = await access.notice_to_review(caller, notice_id)
    if row["submitter"] == caller.account_id:
        raise OwnNotice()
    return row
