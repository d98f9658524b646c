"""A published notice is corrected: a new version, which asks everybody again, or only its dates."""

from typing import Any

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.core.flow import take
from backend.notices.events import NoticeEndDue, NoticeRevised
from backend.notices.rules.flow import FLOW
from backend.notices.service.recording import record

FIXED = ("organisation", "priority", "starts_at")
"""What was decided when it was published: who speaks, how loudly, since when."""
QUIET = {"ends_at", "pinned_until", "is_public", "edits", "updated_at"}
"""What may change without asking anybody to read it again."""


async def revise(caller: Caller, row: Record, columns: dict[str, Any], *, attachments: bool) -> None:
    """The row is locked and published; `attachments`: they changed. Raises Invalid."""
    fixed = [FieldError(name, "notices.fixed_once_published") for name in FIXED if name in columns]
    if fixed:
        raise Invalid(fields=fixed)
    if columns.get("ends_at", ...) is None:
        raise Invalid(fields=[FieldError("ends_at", "field.required")])
    version = row["version"] + (1 if attachments or columns.keys() - QUIET else 0)
    await take(FLOW, row["id"], "revise", actor=caller.account_id, changes={**columns, "version": version})
    if version > row["version"]:
        await emit(NoticeRevised(notice_id=row["id"], version=version))
    if "ends_at" in columns:
        await emit(NoticeEndDue(notice_id=row["id"]), after=columns["ends_at"] - now())
    await record(caller, row, "notice.revised", fields=columns)
