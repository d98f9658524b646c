"""Receipts by the ten thousand a minute, and what has run out by its date."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A receipt locks no notice; places of a reminder; an index for what is past."

STATEMENTS = (
    # The check of a foreign key locks the row it points to, and so waits for whoever is changing the notice.
    """ALTER TABLE notice_receipt DROP CONSTRAINT notice_receipt_notice_fkey, ALTER COLUMN notice SET NOT NULL""",
    "ALTER TABLE notice_reminder ADD COLUMN places uuid[] NOT NULL DEFAULT '{}'",
    """CREATE INDEX notice_past ON notice (community, published_at DESC, id DESC)
       WHERE state IN ('published', 'expired')""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="notices", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
