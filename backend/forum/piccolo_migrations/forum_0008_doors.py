"""Electors stand in the order of the doors, so that a page of them is read without sorting them all."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T21:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "poll_elector.position."

STATEMENTS = (
    "ALTER TABLE poll_elector ADD COLUMN position integer NOT NULL DEFAULT 0",
    """UPDATE poll_elector SET position = ordered.position FROM (
           SELECT e.id, row_number() OVER (PARTITION BY e.poll ORDER BY h.path, e.id) AS position
           FROM poll_elector e LEFT JOIN place h ON h.id = e.home) AS ordered
       WHERE ordered.id = poll_elector.id""",
    "CREATE INDEX poll_elector_door ON poll_elector (poll, position, id)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
