"""search_candidates() anew: kinds are a filter where they don't narrow, guesses stay with what is new, and what a page
counts comes along."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T18:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_candidates() with facets, titles and kinds."

# As in search_0002: stretches of documents in the order in which they came, as powers of two.
POWERS = (10, 13, 16, 19)
GUESSED_POWER = 16

# Step by step, until there is `enough`; steps beyond `exact` are guesses and only tried when there is next to nothing.
# A step looks at the newest documents first (the running stretch and the one before): what is frequent is found there
# and the rest never read. What is rare there is looked for everywhere at once. `also` is looked for when the words
# themselves are too frequent to be read out: in titles, say. So a search reads as much in a million documents as in
# ten thousand. A guess is of many words, most of them frequent: it ends with the newest of 2^{GUESSED_POWER}.
CANDIDATES = f"""
CREATE FUNCTION search_candidates(
    steps tsquery[], exact integer, titles tsquery, wanted tsquery, of_kinds text[], of_community uuid,
    searcher text[], newer timestamptz, enough integer, few integer
) RETURNS TABLE (id uuid, step integer, is_title boolean, kind text, board uuid, building uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SET enable_seqscan TO off SET plan_cache_mode TO force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    newest bigint := (SELECT last_value FROM search_document_line);
    found integer := 0;
    here integer;
    seen integer;
    power integer;
    first_line bigint;
    below bigint;
    sought tsquery;
BEGIN
    FOR at IN 1 .. coalesce(array_length(steps, 1), 0) LOOP
        CONTINUE WHEN at > exact AND found >= few OR at > 1 AND at <= exact AND found < enough;
        here := 0;
        below := newest + 1;
        FOREACH power IN ARRAY ARRAY[{", ".join(map(str, POWERS))}, 63] LOOP
            -- What the newest documents have little of, all of them together have no more than can be read.
            IF below <= newest AND here * (newest / (newest - below + 1)) <= 4 * enough THEN
                power := 63;
            END IF;
            IF at > exact THEN
                power := least(power, {GUESSED_POWER});
            END IF;
            first_line := CASE power WHEN 63 THEN 0 ELSE greatest(((newest >> power) - 1) << power, 0) END;
            sought := steps[at] && wanted;
            IF first_line > 0 THEN
                sought := sought && format('''%s.%s'' | ''%s.%s''', power, newest >> power, power,
                                           (newest >> power) - 1)::tsquery;
            END IF;
            RETURN QUERY
                SELECT d.id, at, d.heading @@ titles, d.kind::text, d.board, d.building, d.created_at
                FROM search_document d
                WHERE d.vector @@ sought AND d.line >= first_line AND d.line < below AND d.community = of_community
                  AND d.audience && searcher AND d.kind = ANY(of_kinds) AND d.created_at >= newer
                LIMIT enough;
            GET DIAGNOSTICS seen = ROW_COUNT;
            here := here + seen;
            EXIT WHEN here >= enough OR first_line = 0 OR at > exact AND power = {GUESSED_POWER};
            below := first_line;
        END LOOP;
        found := found + here;
    END LOOP;
END $$
"""

STATEMENTS = (
    """DROP FUNCTION search_candidates(
           tsquery[], integer, tsquery, uuid, text[], timestamptz, integer, integer)""",
    CANDIDATES,
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="search", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager
