"""Which sessions are signed in now, as a SQL function: a push must not reach a phone that was signed out."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T14:52:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "live_session."

STATEMENTS = (
    """CREATE FUNCTION live_session(at timestamptz)
       RETURNS TABLE (session uuid, account uuid, locale text) LANGUAGE sql STABLE AS $$
           SELECT s.id, a.id, a.locale::text FROM session s JOIN account a ON a.id = s.account
           WHERE s.ended_at IS NULL AND s.expires_at > at AND a.state = 'active' $$""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
