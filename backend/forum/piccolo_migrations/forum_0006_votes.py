"""An account's own votes are found without reading everybody's."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:52:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What an account takes away of its votes."

STATEMENTS = ("CREATE INDEX poll_participation_caster ON poll_participation (cast_by) WHERE cast_by IS NOT NULL",)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
