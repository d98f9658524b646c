"""What a table class can't say: one undecided case a thing, and the indexes that the queue walks."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T17:50:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "One undecided case a thing; indexes of the queue."

STATEMENTS = (
    """CREATE UNIQUE INDEX one_undecided_case ON moderation_case (subject_id) WHERE state <> 'decided'""",
    "CREATE INDEX moderation_queue ON moderation_case (community, state, weight_pct DESC, id)",
    "CREATE INDEX moderation_case_subject ON moderation_case (subject_id)",
    "CREATE INDEX report_of_account ON report (reporter, at DESC)",
    "CREATE INDEX sanction_of_account ON sanction (account, community, starts_at DESC)",
    "CREATE INDEX sanction_log ON sanction (community, id DESC)",
    "CREATE INDEX appeal_desk ON appeal (community, state, at, id)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="moderation", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
