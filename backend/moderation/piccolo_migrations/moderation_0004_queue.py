"""The tabs of the queue, each a walk along an index: decided cases gather for ever, the others are few."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T19:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the desk's tabs."

STATEMENTS = (
    "DROP INDEX moderation_queue",
    "CREATE INDEX moderation_undecided ON moderation_case (community, weight_pct DESC, id) WHERE state <> 'decided'",
    "CREATE INDEX moderation_decided ON moderation_case (community, weight_pct DESC, id) WHERE state = 'decided'",
    "CREATE INDEX moderation_decided_age ON moderation_case (community, id) WHERE state = 'decided'",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="moderation", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
