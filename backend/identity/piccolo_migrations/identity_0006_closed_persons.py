"""Of a closed account's person nothing stays but the keyed HMAC and a date."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T12:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "person.birth_date and person.sex may be empty."


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)

    async def run() -> None:
        await ENGINE.run_ddl(
            "ALTER TABLE person ALTER birth_date DROP NOT NULL, ALTER sex DROP NOT NULL, "
            "ALTER birth_date DROP DEFAULT, ALTER sex DROP DEFAULT"
        )

    manager.add_raw(run)
    return manager
