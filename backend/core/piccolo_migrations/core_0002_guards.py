"""What a table class can't say: the audit log is append-only, and who may be asked about is indexed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T11:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The audit log refuses UPDATE, DELETE and TRUNCATE; indexes."

STATEMENTS = (
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_line
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON audit_line
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON flow_step
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON flow_step
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "CREATE INDEX audit_line_community ON audit_line (community, at DESC, id DESC)",
    "CREATE INDEX audit_line_about ON audit_line (about, at DESC, id DESC) WHERE about IS NOT NULL",
    "CREATE INDEX audit_line_subject ON audit_line (subject_id)",
    "CREATE INDEX first_answer_age ON first_answer (created_at)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="core", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
