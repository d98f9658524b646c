"""search_candidates(): step 2 is of titles; those from the third on are tried when there is next to nothing.

A guess is of many frequent words, and the newest of 2^13 are as far as one can be looked for in a few milliseconds.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE
from search.piccolo_migrations.search_0004_candidates import CANDIDATES, GUESSED_POWER

ID = "2026-11-21T19:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_candidates(): words apart only when there are few in one piece; guesses nearer."

CHANGES = {
    "CREATE FUNCTION": "CREATE OR REPLACE FUNCTION",
    "CONTINUE WHEN at > exact AND found >= few OR at > 1 AND at <= exact AND found < enough;": (
        "CONTINUE WHEN at = 2 AND found < enough OR at > 2 AND found >= few;"
    ),
    f"least(power, {GUESSED_POWER})": "least(power, 13)",
    f"power = {GUESSED_POWER};": "power = 13;",
}


def function() -> str:
    text = CANDIDATES
    for before, after in CHANGES.items():
        assert before in text
        text = text.replace(before, after)
    return text


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="search", description=DESCRIPTION)

    async def run() -> None:
        await ENGINE.run_ddl(function())

    manager.add_raw(run)
    return manager
