"""The PostgreSQL engine's own: what is searched, in which order it came, and the one function that finds candidates."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_document's vectors and lines, search_candidates(), indexes."

# Documents have a number in the order in which they came. Numbers fall into stretches of these powers of two, and each
# document's vector has the words of its stretches: `13.7` is the eighth stretch of 2^13.
POWERS = (10, 13, 16, 19)
STRETCHES = ", ".join(f"'{power}.' || (NEW.line >> {power})" for power in POWERS)

# Step by step, until there is `enough`; steps beyond `exact` are guesses and only tried when there is next to nothing.
# A step looks at the newest documents first (the running stretch and the one before): what is frequent is found there
# and the rest never read. What is rare there is looked for everywhere at once. So a search reads as much in a million
# documents as in ten thousand.
CANDIDATES = f"""
CREATE FUNCTION search_candidates(
    steps tsquery[], exact integer, wanted tsquery, of_community uuid, searcher text[], newer timestamptz,
    enough integer, few integer
) RETURNS TABLE (id uuid, step integer) LANGUAGE plpgsql STABLE
SET enable_seqscan TO off SET plan_cache_mode TO force_generic_plan AS $$
DECLARE
    newest bigint := (SELECT last_value FROM search_document_line);
    found integer := 0;
    here integer;
    rows integer;
    power integer;
    first_line bigint;
    below bigint;
    sought tsquery;
BEGIN
    FOR at IN 1 .. coalesce(array_length(steps, 1), 0) LOOP
        EXIT WHEN found >= enough OR at > exact AND found >= few;
        here := 0;
        below := newest + 1;
        FOREACH power IN ARRAY ARRAY[{", ".join(map(str, POWERS))}, 63] LOOP
            sought := steps[at] && wanted;
            first_line := 0;
            -- What the newest documents have little of, all of them together have no more than can be read.
            IF power < 63 AND (below > newest
                               OR here * (newest / (newest - below + 1)) > 4 * enough) THEN
                first_line := greatest(((newest >> power) - 1) << power, 0);
                IF first_line > 0 THEN
                    sought := sought && format('''%s.%s'' | ''%s.%s''', power, newest >> power, power,
                                               (newest >> power) - 1)::tsquery;
                END IF;
            END IF;
            RETURN QUERY
                SELECT d.id, at FROM search_document d
                WHERE d.vector @@ sought AND d.line >= first_line AND d.line < below AND d.community = of_community
                  AND d.audience && searcher AND d.created_at >= newer
                LIMIT enough;
            GET DIAGNOSTICS rows = ROW_COUNT;
            here := here + rows;
            EXIT WHEN here >= enough OR first_line = 0;
            below := first_line;
        END LOOP;
        found := found + here;
    END LOOP;
END $$
"""

STATEMENTS = (
    "CREATE SEQUENCE search_document_line",
    "CREATE SEQUENCE search_pending_id",
    "CREATE SEQUENCE search_generation",
    "SELECT nextval('search_generation')",
    """ALTER TABLE search_document
           ADD COLUMN vector tsvector NOT NULL DEFAULT '', ADD COLUMN heading tsvector NOT NULL DEFAULT '',
           ADD COLUMN line bigint NOT NULL DEFAULT nextval('search_document_line')""",
    "ALTER TABLE search_pending ALTER COLUMN id SET DEFAULT nextval('search_pending_id')",
    f"""CREATE FUNCTION search_document_stretches() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.vector := NEW.vector || array_to_tsvector(ARRAY[{STRETCHES}]);
            RETURN NEW;
        END $$""",
    """CREATE TRIGGER search_document_stretches BEFORE INSERT OR UPDATE OF vector ON search_document
       FOR EACH ROW EXECUTE FUNCTION search_document_stretches()""",
    # Without a list of what is still to be sorted in: every search would read all of that.
    "CREATE INDEX search_document_vector ON search_document USING gin (vector) WITH (fastupdate = off)",
    "CREATE INDEX search_document_generation ON search_document (generation, id)",
    "CREATE INDEX search_pending_order ON search_pending (id)",
    "CREATE INDEX search_synonym_community ON search_synonym (community)",
    "CREATE INDEX search_query_words ON search_query (community, words text_pattern_ops)",
    "CREATE INDEX search_query_day ON search_query (day)",
    CANDIDATES,
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="search", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
