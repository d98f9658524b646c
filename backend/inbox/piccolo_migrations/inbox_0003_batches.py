"""A batch's items and deliveries are asked for as long as one of them is on its way, not only while it waits."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Items by batch."

STATEMENTS = (
    "CREATE INDEX inbox_item_batch ON inbox_item (batch)",
    "DROP INDEX inbox_item_waiting",
    "DROP INDEX push_delivery_open",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="inbox", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
