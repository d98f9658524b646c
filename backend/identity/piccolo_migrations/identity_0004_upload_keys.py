"""An address file handed in twice with one Idempotency-Key is one import."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Bytea
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-21T11:50:03:000000"
VERSION = "1.38.0"
DESCRIPTION = "address_import.upload_key and digest."

PARAMS = {
    "default": None,
    "null": True,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)
    for name, kind in (("upload_key", UUID), ("digest", Bytea)):
        manager.add_column(
            table_class_name="AddressImport",
            tablename="address_import",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params=dict(PARAMS),
        )
    return manager
