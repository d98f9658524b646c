"""What a table class can't say: the index that the purge walks, over the few rows it concerns."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T11:59:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "Partial index over unattached media."

STATEMENTS = (
    "CREATE INDEX medium_unattached ON medium (created_at) WHERE attached_at IS NULL",
    "CREATE INDEX medium_file ON medium (file)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="media", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
