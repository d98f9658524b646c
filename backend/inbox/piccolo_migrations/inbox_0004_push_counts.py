"""How pushes ended, counted where every worker counts and the API reads."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T15:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "push_count."

STATEMENTS = (
    """CREATE TABLE push_count (
           provider varchar(10) NOT NULL, result varchar(10) NOT NULL, pushes bigint NOT NULL,
           PRIMARY KEY (provider, result))""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="inbox", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
