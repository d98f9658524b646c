"""What people choose to be told, where, and when not."""

from uuid import UUID

import msgspec

from backend.core.clock import now
from backend.core.database import execute, transaction
from backend.core.errors import FieldError, Invalid
from backend.inbox.errors import ChannelLocked
from backend.inbox.queries.preferences import preference_for_update
from backend.inbox.rules import KINDS, minutes_of
from backend.inbox.schemas import PreferencesUpdate


async def update_preferences(account_id: UUID, change: PreferencesUpdate) -> None:
    """Raises Invalid for a kind that isn't, ChannelLocked for one that can't be switched off."""
    for number, wish in enumerate(change.kinds):
        if wish.kind not in KINDS:
            raise Invalid(fields=[FieldError(f"kinds[{number}].kind", "field.value")])
        if not wish.on and wish.channel in KINDS[wish.kind].locked:
            raise ChannelLocked()
    async with transaction():
        held = await preference_for_update(account_id)
        quiet, starts, ends = held.quiet, held.quiet_from_min, held.quiet_until_min
        if change.quiet_hours is not None:
            quiet = change.quiet_hours.on
            starts, ends = minutes_of(change.quiet_hours.starts), minutes_of(change.quiet_hours.ends)
        choices = {kind: dict(channels) for kind, channels in (held.choices or {}).items()}
        for wish in change.kinds:
            choices.setdefault(wish.kind, {})[wish.channel] = wish.on
        await execute(
            """UPDATE inbox_preference SET quiet = $2, quiet_from_min = $3, quiet_until_min = $4, choices = $5,
                                           changed_at = $6 WHERE account = $1""",
            account_id, quiet, starts, ends, msgspec.json.encode(choices).decode(), now(),
        )  # fmt: skip
