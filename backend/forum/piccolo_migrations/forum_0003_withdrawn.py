"""Whether its author took a post back: what a moderator took away may come back by an appeal, this may not."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "thread.is_withdrawn, reply.is_withdrawn."

STATEMENTS = (
    "ALTER TABLE thread ADD COLUMN is_withdrawn boolean NOT NULL DEFAULT false",
    "ALTER TABLE reply ADD COLUMN is_withdrawn boolean NOT NULL DEFAULT false",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
