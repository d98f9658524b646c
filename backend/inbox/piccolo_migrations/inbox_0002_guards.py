"""What a table class can't say: one unread head a group, and the indexes that lists and pushes walk."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T14:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Partial unique indexes and keyset indexes."

STATEMENTS = (
    """CREATE UNIQUE INDEX inbox_item_one_head ON inbox_item (account, group_key)
       WHERE group_key IS NOT NULL AND merged_into IS NULL AND read_at IS NULL AND retracted_at IS NULL""",
    """CREATE INDEX inbox_item_list ON inbox_item (account, told_at DESC, id DESC)
       WHERE merged_into IS NULL AND retracted_at IS NULL""",
    """CREATE INDEX inbox_item_unread ON inbox_item (account)
       WHERE merged_into IS NULL AND retracted_at IS NULL AND read_at IS NULL""",
    "CREATE INDEX inbox_item_changes ON inbox_item (account, changed_at)",
    """CREATE INDEX inbox_item_waiting ON inbox_item (batch, push_due_at) WHERE push_state = 'waiting'""",
    "CREATE INDEX inbox_item_subject ON inbox_item (subject_id, account)",
    "CREATE INDEX inbox_item_merged ON inbox_item (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX inbox_item_age ON inbox_item (created_at)",
    "CREATE INDEX device_age ON device (seen_at)",
    "CREATE INDEX push_delivery_open ON push_delivery (due_at) WHERE state IN ('queued', 'sending')",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="inbox", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
