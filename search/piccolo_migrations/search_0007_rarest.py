"""search_candidates() anew: where a step looks everywhere, its rarest word leads the way."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE
from search.piccolo_migrations.search_0006_bounded import (
    FARTHEST,
    GUESSED,
    POWERS,
    RARE,
    READ_MOST,
    SAMPLED,
    SAMPLES,
)

ID = "2026-11-22T00:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_candidates() reads along the rarest word."

# Step by step: 1 the words as they stand, 2 in titles when there are more than enough, 3 onwards when there is next to
# nothing; those beyond `exact` are guesses. A step looks at the newest documents, then at as many as it takes at the
# rate at which it finds; then everywhere if that is little to read: if one of `bounds` (of the step in `bounded`, 0: of
# all), which whatever it finds must match, is rare in a sample. If not, a step of the words themselves ends with the
# newest of 2^{FARTHEST} and a guess with those of 2^{GUESSED}. A row without a document says that there may be more.
# The stretch, or the rarest bound, stands before the words: the scan of the index then begins where it begins, not
# with the oldest document. `wanted` is null where nothing else is asked for.
CANDIDATES = f"""
CREATE OR REPLACE FUNCTION search_candidates(
    steps tsquery[], exact integer, bounds tsquery[], bounded integer[], wanted tsquery, of_kinds text[],
    of_community uuid, searcher text[], newer timestamptz, enough integer, few integer
) RETURNS TABLE (step integer, document search_document)
LANGUAGE plpgsql STABLE SET enable_seqscan TO off SET plan_cache_mode TO force_generic_plan AS $$
DECLARE
    newest bigint := (SELECT coalesce(max(d.line), 0) FROM search_document d WHERE d.community = of_community);
    rare bigint := {READ_MOST} * (4 << {SAMPLED}) / greatest(newest, 1);
    nearest tsquery := {SAMPLES[0]};
    sample tsquery := {" || ' | ' || ".join(SAMPLES)};
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
    along tsquery;
    rarest tsquery;
    often bigint;
BEGIN
    FOR at IN 1 .. coalesce(array_length(steps, 1), 0) LOOP
        CONTINUE WHEN at = 2 AND hits < enough OR at > 2 AND hits >= few;
        sought := coalesce(steps[at] && wanted, steps[at]);
        most := CASE at WHEN 2 THEN enough / 2 ELSE enough END;
        far := CASE WHEN at > exact THEN {GUESSED} ELSE {FARTHEST} END;
        here := 0;
        -- What is near words that are frequent, but not together, isn't among the newest few either.
        power := CASE WHEN at > exact AND is_frequent THEN {GUESSED} ELSE {POWERS[0]} END;
        below := newest + 1;
        LOOP
            IF power > {RARE} THEN
                first_line := 0;
                along := rarest;
            ELSE
                first_line := greatest((newest >> power) - 1, 0) << power;
                along := quote_literal(search_stretch(of_community, power, newest)) || ' | '
                           || quote_literal(search_stretch(of_community, power, first_line));
            END IF;
            RETURN QUERY
                SELECT at, d FROM search_document d
                WHERE d.vector @@ along AND d.vector @@ sought AND d.line < below AND d.community = of_community
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
                -- Most are too frequent in a quarter of the sample already.
                SELECT b.words, s.often INTO rarest, often
                FROM unnest(bounds, bounded) AS b (words, of_step), LATERAL (
                    SELECT count(*) FROM (
                        SELECT FROM search_document d WHERE d.vector @@ sample AND d.vector @@ b.words
                        LIMIT rare + 1) AS l) AS s (often)
                WHERE b.of_step IN (0, at) AND s.often <= rare
                  AND rare >= (SELECT count(*) FROM (
                      SELECT FROM search_document d WHERE d.vector @@ nearest AND d.vector @@ b.words
                      LIMIT rare + 1) AS l)
                LIMIT 1;
                is_frequent := rarest IS NULL;
                IF NOT is_frequent THEN
                    -- What the sample hasn't at all is too little for two looks.
                    power := CASE WHEN often > 0 AND (here + 1) << {RARE} >= most * lines THEN {RARE} ELSE 63 END;
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


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="search", description=DESCRIPTION)

    async def run() -> None:
        await ENGINE.run_ddl(CANDIDATES)

    manager.add_raw(run)
    return manager
