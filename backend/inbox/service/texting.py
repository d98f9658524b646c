"""Who may get a text message about something: their choice of channel, and their own quiet hours."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.inbox.queries.preferences import preferences_of
from backend.inbox.rules import KINDS, Preference, quiet_over


async def may_be_texted(account_ids: Sequence[UUID], kind: str, *, at: datetime, zone: ZoneInfo) -> list[UUID]:
    """Those of the accounts who want this kind as a text message, and are not asleep at that moment."""
    chosen = await preferences_of(account_ids)
    return [
        account
        for account in account_ids
        if (it := chosen.get(account, Preference())).wants(kind, "sms") and not _is_quiet(it, kind, at, zone)
    ]


def _is_quiet(preference: Preference, kind: str, at: datetime, zone: ZoneInfo) -> bool:
    if KINDS[kind].breaks_quiet or not preference.quiet:
        return False
    return quiet_over(at, preference.quiet_from_min, preference.quiet_until_min, zone) > at
