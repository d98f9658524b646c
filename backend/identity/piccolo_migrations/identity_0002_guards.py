"""What a table class can't say: rules over some rows only, and the indexes that lists walk."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T11:50:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "Partial unique indexes and keyset indexes."

STATEMENTS = (
    """CREATE UNIQUE INDEX verification_one_open ON verification (community, account)
       WHERE state IN ('submitted', 'claimed', 'needs_more')""",
    "CREATE INDEX verification_queue ON verification (community, state, created_at, id)",
    """CREATE INDEX verification_purge ON verification (state_since)
       WHERE evidence_purged_at IS NULL AND state IN ('approved', 'rejected', 'withdrawn')""",
    "CREATE INDEX verification_mine ON verification (account, id DESC)",
    "CREATE UNIQUE INDEX residency_one_active ON residency (person, home) WHERE ended_at IS NULL",
    "CREATE INDEX residency_community ON residency (community, id) WHERE ended_at IS NULL",
    "CREATE INDEX residency_lease ON residency (lease_ends_on) WHERE ended_at IS NULL AND lease_ends_on IS NOT NULL",
    "CREATE INDEX place_children ON place (community, parent, sort_key, id)",
    """CREATE UNIQUE INDEX role_grant_one_active ON role_grant (account, role, community, organisation)
       NULLS NOT DISTINCT WHERE ended_at IS NULL""",
    "CREATE INDEX role_grant_community ON role_grant (community, id) WHERE ended_at IS NULL",
    "CREATE INDEX address_import_newest ON address_import (community, created_at DESC, id DESC)",
    "CREATE UNIQUE INDEX organisation_one_committee ON organisation (community) WHERE kind = 'committee'",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
