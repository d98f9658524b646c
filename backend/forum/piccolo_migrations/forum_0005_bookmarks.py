"""The bookmarks of a thread: they go along when it is merged or split."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index of bookmarks by thread."


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        await ENGINE.run_ddl("CREATE INDEX bookmark_thread ON bookmark (thread, post)")

    manager.add_raw(run)
    return manager
