"""What a table class can't say: the indexes that lists walk."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Keyset indexes of the lists."

STATEMENTS = (
    "CREATE INDEX board_community ON board (community, position, id)",
    """CREATE INDEX thread_by_activity ON thread (board, last_activity_at DESC, id DESC) WHERE state = 'shown'""",
    "CREATE INDEX thread_by_age ON thread (board, id DESC) WHERE state = 'shown'",
    "CREATE INDEX thread_by_heat ON thread (board, hot DESC, id DESC) WHERE state = 'shown'",
    """CREATE INDEX thread_of_community ON thread (community, last_activity_at DESC, id DESC) WHERE state = 'shown'""",
    "CREATE INDEX thread_newest ON thread (community, id DESC) WHERE state = 'shown'",
    "CREATE INDEX thread_hottest ON thread (community, hot DESC, id DESC) WHERE state = 'shown'",
    """CREATE INDEX thread_unanswered ON thread (community, id DESC) WHERE state = 'shown' AND official_at IS NULL""",
    """CREATE INDEX thread_of_building ON thread (building, last_activity_at DESC, id DESC)
       WHERE state = 'shown' AND building IS NOT NULL""",
    """CREATE INDEX thread_pinned ON thread (board, pinned_until) WHERE pinned_until IS NOT NULL AND state = 'shown'""",
    "CREATE INDEX thread_author ON thread (author, created_at DESC)",
    "CREATE INDEX reply_author ON reply (author, created_at DESC)",
    "CREATE INDEX reply_official ON reply (thread, number) WHERE is_official",
    "CREATE INDEX thread_watcher ON thread_reader (thread) WHERE level = 'watching'",
    "CREATE INDEX bookmark_newest ON bookmark (account, id DESC)",
    "CREATE INDEX poll_ending ON poll (closes_at) WHERE state = 'open'",
    "CREATE INDEX issue_desk ON public_issue (community, organisation, state, state_since, id)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forum", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
