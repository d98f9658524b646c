"""The key counts once; apart from 0004, since Piccolo adds columns after a migration's own statements have run."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T11:50:04:000000"
VERSION = "1.38.0"
DESCRIPTION = "Unique address_import.upload_key."

STATEMENTS = (
    """CREATE UNIQUE INDEX address_import_one_a_key ON address_import (started_by, upload_key)
       WHERE upload_key IS NOT NULL""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
