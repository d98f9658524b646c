"""Where an account belongs, for statements that rarely need to know: nothing of it is planned or made ready until then.

`account_belonging` is inlined into the statement that asks, some thirty nodes each time it is named. Naming it behind a
CASE in a statement that runs thousands of times a second cost ten times what the statement itself did.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:25:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "own_places, own_groups."

STATEMENTS = tuple(
    f"""CREATE FUNCTION own_{what}(of_account uuid, in_community uuid, on_day date) RETURNS {kind}
        LANGUAGE plpgsql STABLE STRICT AS $$
        BEGIN RETURN (SELECT me.{what} FROM account_belonging(of_account, in_community, on_day) AS me); END $$"""
    for what, kind in (("places", "uuid[]"), ("groups", "text[]"))
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
