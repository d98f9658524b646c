"""Who may not write for now, as a door of SQL: the rooms that people write in ask it in their own statements."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "silenced_until and suspended_until."

HOLDS = """of_account = s.account AND in_community = s.community AND s.lifted_at IS NULL
           AND s.starts_at <= at_moment AND s.ends_at > at_moment"""

STATEMENTS = (
    f"""CREATE FUNCTION silenced_until(of_account uuid, in_community uuid, at_moment timestamptz)
        RETURNS timestamptz LANGUAGE sql STABLE AS $$
            SELECT max(s.ends_at) FROM sanction s WHERE s.penalty IN ('mute', 'suspend') AND {HOLDS} $$""",
    f"""CREATE FUNCTION suspended_until(of_account uuid, in_community uuid, at_moment timestamptz)
        RETURNS timestamptz LANGUAGE sql STABLE AS $$
            SELECT max(s.ends_at) FROM sanction s WHERE s.penalty = 'suspend' AND {HOLDS} $$""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="moderation", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
