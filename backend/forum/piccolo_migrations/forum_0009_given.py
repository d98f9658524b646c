"""An account's own reactions are found without reading everybody's."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T21:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What an account takes away of its reactions."


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        await ENGINE.run_ddl("CREATE INDEX post_reaction_giver ON post_reaction (account, id DESC)")

    manager.add_raw(run)
    return manager
