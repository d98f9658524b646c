"""Whom a public issue was handed to, one after the other."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T21:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "public_issue.asked; index of open issues."

STATEMENTS = (
    "ALTER TABLE public_issue ADD COLUMN asked uuid[] NOT NULL DEFAULT '{}'",
    # Whom those were handed from that are handed on already is known to nobody any more.
    "UPDATE public_issue SET asked = array[organisation]",
    # What waits is listed without walking past all that is over.
    """CREATE INDEX issue_open ON public_issue (community, id)
       WHERE state IN ('raised', 'acknowledged', 'in_progress', 'reopened')""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
