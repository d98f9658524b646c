"""The desk decides about what was handed in: approve, second, return."""

from uuid import UUID

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller
from backend.core.database import transaction
from backend.core.flow import take
from backend.notices import access
from backend.notices.errors import OwnNotice
from backend.notices.rules.flow import FLOW


async def approve(caller: Caller, notice_id: UUID) -> None:
    """The first approves; of an urgent one, another reviewer seconds. Raises NotFound, OwnNotice, MoveRefused."""
    async with transaction():
        row = await _to_review(caller, notice_id)
        if caller.account_id in (row["approved_by"], row["seconded_by"]) and row["state"] == "approved":
            return
        if row["state"] == "approved" and row["priority"] == "urgent" and row["seconded_by"] is None:
            await take(
                FLOW, notice_id, "second", actor=caller.account_id, changes={"seconded_by": caller.account_id}
            )  # fmt: skip
            await record(caller, row, "notice.seconded")
            return
        await take(FLOW, notice_id, "approve", actor=caller.account_id, changes={"approved_by": caller.account_id})
        await record(caller, row, "notice.approved")


async def send_back(caller: Caller, notice_id: UUID, reason: str) -> None:
    """With what has to change. Raises NotFound, OwnNotice, MoveRefused."""
    async with transaction():
        row = await _to_review(caller, notice_id)
        await take(FLOW, notice_id, "return", actor=caller.account_id, reason=reason, changes={"reason": reason})
        await record(caller, row, "notice.returned", reason)


async def record(caller: Caller, row: Record, action: str, reason: str | None = None) -> None:
    await audit.record(
        action, actor=caller.account_id, community=row["community"], about=row["submitter"],
        subject="notice", subject_id=row["id"], reason=reason,
    )  # fmt: skip


async def _to_review(caller: Caller, notice_id: UUID) -> Record:
    row = await access.notice_to_review(caller, notice_id)
    if row["submitter"] == caller.account_id:
        raise OwnNotice()
    return row
