"""What accounts chose."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.database import fetch, fetchrow
from backend.core.sentences import Locale, sentence
from backend.inbox.rules import KINDS, Preference, clock_words
from backend.inbox.schemas import KindPreference, PreferencesOut, QuietHours

COLUMNS = "account, quiet, quiet_from_min, quiet_until_min, choices"


async def preferences_of(account_ids: Sequence[UUID]) -> dict[UUID, Preference]:
    """Of those who chose anything; the others have the defaults."""
    rows = await fetch(f"SELECT {COLUMNS} FROM inbox_preference WHERE account = ANY($1)", list(account_ids))
    return {row["account"]: _preference(row) for row in rows}


async def preference_for_update(account_id: UUID) -> Preference:
    """The account's row, made if need be, locked in the open transaction."""
    row = await fetchrow(
        f"""INSERT INTO inbox_preference (account) VALUES ($1)
            ON CONFLICT (account) DO UPDATE SET account = $1 RETURNING {COLUMNS}""",
        account_id,
    )
    assert row is not None  # an upsert always returns one
    return _preference(row)


async def preferences(account_id: UUID, locale: Locale) -> PreferencesOut:
    """All kinds with what stands for the account."""
    chosen = (await preferences_of([account_id])).get(account_id, Preference())
    return PreferencesOut(
        quiet_hours=QuietHours(
            on=chosen.quiet, starts=clock_words(chosen.quiet_from_min), ends=clock_words(chosen.quiet_until_min)
        ),
        kinds=[
            KindPreference(
                kind=name,
                title=sentence(f"inbox.{name}.name", locale),
                inbox=chosen.wants(name, "inbox"),
                push=chosen.wants(name, "push"),
                sms=chosen.wants(name, "sms"),
                locked=sorted(kind.locked),
            )
            for name, kind in KINDS.items()
        ],
    )


def _preference(row: Record) -> Preference:
    choices = msgspec.json.decode(row["choices"], type=dict[str, dict[str, bool]])
    return Preference(row["quiet"], row["quiet_from_min"], row["quiet_until_min"], choices)
