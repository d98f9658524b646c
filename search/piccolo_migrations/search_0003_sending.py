"""Who is sending a document to the outside engine: two workers must not send two readings of one in the wrong order."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_pending.claimed_until"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="search", description=DESCRIPTION)

    async def run() -> None:
        await ENGINE.run_ddl("ALTER TABLE search_pending ADD COLUMN claimed_until timestamptz")

    manager.add_raw(run)
    return manager
