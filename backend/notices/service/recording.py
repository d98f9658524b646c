"""Every decision about a notice leaves a line."""

from collections.abc import Iterable

from asyncpg import Record

from backend.core import audit
from backend.core.auth import Caller

BOOKKEEPING = {"edits", "updated_at", "approved_by", "seconded_by"}


async def record(
    caller: Caller, row: Record, action: str, reason: str | None = None, *, fields: Iterable[str] = ()
) -> None:
    """Who, what, about whose notice, why; `fields` are the columns that changed."""
    await audit.record(
        action, actor=caller.account_id, community=row["community"], about=row["submitter"], subject="notice",
        subject_id=row["id"], reason=reason, details={"fields": sorted({*fields} - BOOKKEEPING)} if fields else None,
    )  # fmt: skip
