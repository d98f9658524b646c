"""Whoever is muted or suspended doesn't write for now. Reading never stops."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.core.clock import now
from backend.core.database import fetchval
from backend.moderation.errors import Silenced

ZONE = ZoneInfo("Asia/Shanghai")


def refuse_silenced(until: datetime | None) -> None:
    """For what `silenced_until` or `suspended_until` gave in the writer's own statement. Raises Silenced."""
    if until is None:
        return
    wait_s = max(1, int((until - now()).total_seconds()))
    raise Silenced(until=f"{until.astimezone(ZONE):%Y-%m-%d %H:%M}", retry_after_s=wait_s)


async def refuse_suspended(account_id: UUID, community_id: UUID) -> None:
    """One statement, for a room that has none of its own to ask it in. Raises Silenced."""
    refuse_silenced(await fetchval("SELECT suspended_until($1, $2, $3)", account_id, community_id, now()))
