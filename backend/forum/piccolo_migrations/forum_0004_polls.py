"""Ballots from the app pass the rule of papers, and the desk's lists walk along indexes of their own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:19:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "paper_by_two lets nobody pass as two; the desk's polls and issues."

STATEMENTS = (
    "ALTER TABLE poll_participation DROP CONSTRAINT paper_by_two",
    """ALTER TABLE poll_participation ADD CONSTRAINT paper_by_two CHECK (
           (entered_by IS NULL) = (confirmed_by IS NULL) AND (entered_by IS NULL OR entered_by <> confirmed_by))""",
    "CREATE INDEX poll_newest ON poll (community, id DESC)",
    "CREATE INDEX issue_newest ON public_issue (community, id DESC)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
