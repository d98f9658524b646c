"""search_candidates() anew: a search reads no more of a million documents than of twenty thousand.

Documents are numbered within their community, so that what others write makes nobody's documents older.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T21:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_document.line within its community; search_candidates() with bounds, returning documents."

# A community's documents have a number in the order in which they came. Numbers fall into stretches of these powers
# of two, and each document's vector has the words of its stretches: `13.7` is the eighth stretch of 2^13.
POWERS = (7, 10, 13, 15, 17)
SAMPLED, GUESSED, FARTHEST, RARE = POWERS[1:]
READ_MOST = 500
"""Documents of a rare word that are looked through wherever they stand, in some milliseconds."""

STRETCH = """
CREATE FUNCTION search_stretch(of_community uuid, power integer, line bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN right(of_community::text, 6) || '/' || power || '.' || (line >> power)
"""
STRETCHES = ", ".join(f"search_stretch(NEW.community, {power}, NEW.line)" for power in POWERS)
TRIGGER = f"""
CREATE OR REPLACE FUNCTION search_document_stretches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two at once may take the same number: it says how new a document is, and never which one.
    NEW.line := coalesce(NEW.line, (SELECT max(line) FROM search_document WHERE community = NEW.community) + 1, 1);
    NEW.vector := NEW.vector || array_to_tsvector(ARRAY[{STRETCHES}]);
    RETURN NEW;
END $$
"""

# From all ages: a word may have had its time.
SAMPLES = [
    f"quote_literal(search_stretch(of_community, {SAMPLED}, newest * {quarters} / 4 - {1 << SAMPLED}))"
    for quarters in (4, 3, 2, 1)
]

# Step by step: 1 the words as they stand, 2 in titles when there are more than enough, 3 onwards when there is next to
# nothing; those beyond `exact` are guesses. A step looks at the newest documents, then at as many as it takes at the
# rate at which it finds; then everywhere if that is little to read: if one of `bounds` (of the step in `bounded`, 0: of
# all), which whatever it finds must match, is rare in a sample. If not, a step of the words themselves ends with the
# newest of 2^{FARTHEST} and a guess with those of 2^{GUESSED}. A row without a document says that there may be more.
# The stretch stands before the words: the scan of the index then begins where it begins, not with the oldest document.
CANDIDATES = f"""
CREATE FUNCTION search_candidates(
    steps tsquery[], exact integer, bounds tsquery[], bounded integer[], wanted tsquery, of_kinds text[],
    of_community uuid, searcher text[], newer timestamptz, enough integer, few integer
) RETURNS TABLE (step integer, document search_document)
LANGUAGE plpgsql STABLE SET enable_seqscan TO off SET plan_cache_mode TO force_generic_plan AS $$
DECLARE
    newest bigint := (SELECT coalesce(max(d.line), 0) FROM search_document d WHERE d.community = of_community);
    rare bigint := {READ_MOST} * (4 << {SAMPLED}) / greatest(newest, 1);
    hits integer := 0;
    is_frequent boolean := false;
    is_cut boolean := false;
    most integer;
    here integer;
    seen integer;
    power integer;
    far integer;
    first_line bigint;
    below bigint;
    lines bigint;
    sought tsquery;
    stretch tsquery;
    nearest tsquery;
    sample tsquery;
BEGIN
    FOR at IN 1 .. coalesce(array_length(steps, 1), 0) LOOP
        CONTINUE WHEN at = 2 AND hits < enough OR at > 2 AND hits >= few;
        sought := steps[at] && wanted;
        most := CASE at WHEN 2 THEN enough / 2 ELSE enough END;
        far := CASE WHEN at > exact THEN {GUESSED} ELSE {FARTHEST} END;
        here := 0;
        power := {POWERS[0]};
        below := newest + 1;
        LOOP
            IF power > {RARE} THEN
                first_line := 0;
                stretch := sought;
            ELSE
                first_line := greatest((newest >> power) - 1, 0) << power;
                stretch := quote_literal(search_stretch(of_community, power, newest)) || ' | '
                           || quote_literal(search_stretch(of_community, power, first_line));
            END IF;
            RETURN QUERY
                SELECT at, d FROM search_document d
                WHERE d.vector @@ stretch AND d.vector @@ sought AND d.line < below AND d.community = of_community
                  AND d.audience && searcher AND d.kind = ANY(of_kinds) AND d.created_at >= newer
                ORDER BY d.line DESC LIMIT most - here;
            GET DIAGNOSTICS seen = ROW_COUNT;
            here := here + seen;
            EXIT WHEN here >= most OR first_line = 0;
            below := first_line;
            lines := newest + 1 - below;
            -- As far as it takes at this rate, or as far as everything.
            IF power < {SAMPLED} AND (here + 1) << {SAMPLED} >= most * lines THEN
                power := {SAMPLED};
                CONTINUE;
            ELSIF power < {GUESSED} AND ((here + 1) << {GUESSED} >= most * lines OR newest >> {GUESSED} <= 1) THEN
                power := {GUESSED};
                CONTINUE;
            ELSIF power = {RARE} THEN
                power := 63;
                CONTINUE;
            -- What is frequent as it stands isn't rare when it is near.
            ELSIF power < {FARTHEST} AND NOT (is_frequent AND at > 2) THEN
                nearest := {SAMPLES[0]};
                sample := {" || ' | ' || ".join(SAMPLES)};
                -- Most are too frequent in a quarter of the sample already.
                is_frequent := NOT EXISTS (
                    SELECT FROM unnest(bounds, bounded) AS b (words, of_step)
                    WHERE b.of_step IN (0, at)
                      AND rare >= (SELECT count(*) FROM (
                          SELECT FROM search_document d WHERE d.vector @@ nearest AND d.vector @@ b.words
                          LIMIT rare + 1) AS l)
                      AND rare >= (SELECT count(*) FROM (
                          SELECT FROM search_document d WHERE d.vector @@ sample AND d.vector @@ b.words
                          LIMIT rare + 1) AS l));
                IF NOT is_frequent THEN
                    power := CASE WHEN (here + 1) << {RARE} >= most * lines THEN {RARE} ELSE 63 END;
                    CONTINUE;
                END IF;
            END IF;
            EXIT WHEN power = far;
            power := far;
        END LOOP;
        is_cut := is_cut OR at <= exact AND here < most AND first_line > 0;
        hits := hits + here;
    END LOOP;
    IF is_cut THEN
        RETURN QUERY SELECT 0, NULL::search_document;
    END IF;
END $$
"""

# What was numbered among all communities' documents.
OLD_STRETCHES = ", ".join(f"'{power}.' || (d.line >> {power})" for power in (10, 13, 16, 19))
RENUMBERED = f"""
UPDATE search_document d SET line = numbered.line, vector = ts_delete(d.vector, ARRAY[{OLD_STRETCHES}])
FROM (SELECT id, row_number() OVER (PARTITION BY community ORDER BY line) AS line FROM search_document) AS numbered
WHERE numbered.id = d.id
"""

STATEMENTS = (
    """DROP FUNCTION search_candidates(tsquery[], integer, tsquery, tsquery, text[], uuid, text[], timestamptz, integer,
                                       integer)""",
    "ALTER TABLE search_document ALTER COLUMN line DROP DEFAULT",
    "DROP SEQUENCE search_document_line",
    STRETCH,
    TRIGGER,
    RENUMBERED,
    "CREATE INDEX search_document_line ON search_document (community, line)",
    CANDIDATES,
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="search", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
