"""What a table class can't say: the indexes that lists, coverage and schedules walk."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T14:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Partial unique indexes and keyset indexes."

STATEMENTS = (
    """CREATE INDEX notice_current ON notice (community, published_at DESC, id DESC)
       WHERE state = 'published'""",
    "CREATE INDEX notice_desk ON notice (community, state, state_since, id)",
    "CREATE INDEX notice_mine ON notice (submitter, id DESC)",
    """CREATE INDEX notice_urgent ON notice (community, organisation, published_at)
       WHERE priority = 'urgent' AND published_at IS NOT NULL""",
    "CREATE INDEX notice_reminder_newest ON notice_reminder (notice, at DESC)",
    "CREATE INDEX grid_place_community ON grid_place (community, worker)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="notices", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
