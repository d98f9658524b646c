"""Attachments: pictures and PDFs that other domains show to whom they choose."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T14:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "medium.kind, name and pages; the purpose `attachment`."

STATEMENTS = (
    """ALTER TABLE medium
        ADD COLUMN kind varchar(5) NOT NULL DEFAULT 'image',
        ADD COLUMN name varchar(80) DEFAULT NULL,
        ADD COLUMN pages integer DEFAULT NULL""",
    """ALTER TABLE medium
        DROP CONSTRAINT known_purpose,
        DROP CONSTRAINT ready_is_whole,
        ADD CONSTRAINT known_purpose CHECK (purpose IN ('public', 'evidence', 'attachment')),
        ADD CONSTRAINT known_kind CHECK (kind = 'image' OR (kind = 'pdf' AND purpose = 'attachment')),
        ADD CONSTRAINT attachment_has_a_name
            CHECK ((purpose = 'attachment') = (name IS NOT NULL AND name <> '')),
        ADD CONSTRAINT ready_is_whole CHECK (
            state <> 'ready' OR (cardinality(variants) > 0 AND CASE kind
             WHEN 'pdf' THEN pages > 0 ELSE width > 0 AND height > 0 AND thumbhash IS NOT NULL END) IS TRUE)""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="media", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
