"""One address file at a time in a community; homes whose floor area a file told anew are counted."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer
from piccolo.columns.indexes import IndexMethod

from backend.core.database import ENGINE

ID = "2026-11-21T11:50:02:000000"
VERSION = "1.38.0"
DESCRIPTION = "address_import.updated; one running import a community."

STATEMENTS = (
    "CREATE UNIQUE INDEX address_import_one_running ON address_import (community) WHERE state IN ('queued', 'running')",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)
    manager.add_column(
        table_class_name="AddressImport",
        tablename="address_import",
        column_name="updated",
        db_column_name="updated",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 0,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
    )

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
