"""What reports alone do: hide for a day, at most once."""

from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute, transaction
from backend.core.events import emit
from backend.moderation import access
from backend.moderation.events import AutoHideEndDue, CaseAutoHidden, CaseAutoRestored
from backend.moderation.rules.weights import HIDDEN_FOR, is_heavy
from backend.moderation.service.opening import declared


async def hide_if_heavy(case_id: UUID) -> None:
    """Never what is protected, nor what a moderator has looked at and kept, nor what came back once already."""
    async with transaction():
        case, snapshot = await access.case_to_move(case_id)
        if case is None or snapshot is None or case["state"] == "decided" or case["auto_hidden_at"] is not None:
            return
        if case["stood_before"] or snapshot.is_protected or not snapshot.is_shown:
            return
        if not is_heavy(case["weight_pct"], case["homes"]):
            return
        await declared(snapshot.kind).hide(snapshot.id)
        await execute("UPDATE moderation_case SET auto_hidden_at = $2 WHERE id = $1", case_id, now())
        await emit(CaseAutoHidden(case_id=case_id))
        await emit(AutoHideEndDue(case_id=case_id), after=HIDDEN_FOR)


async def restore_if_undecided(case_id: UUID) -> None:
    """A day has gone and nobody has decided: it comes back. Again, or after a decision, nothing changes."""
    async with transaction():
        case, snapshot = await access.case_to_move(case_id)
        if case is None or case["state"] == "decided":
            return
        if case["auto_hidden_at"] is None or case["auto_restored_at"] is not None:
            return
        await execute("UPDATE moderation_case SET auto_restored_at = $2 WHERE id = $1", case_id, now())
        if snapshot is not None:
            await declared(snapshot.kind).restore(snapshot.id)
            await emit(CaseAutoRestored(case_id=case_id))
