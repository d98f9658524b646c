"""Whether a request that was refused, or a reaction that ran again, left anything behind."""

import hashlib

from backend.core.database import execute, fetch, fetchval

# Bookkeeping that a refused request may leave: counters of attempts, and who was last seen.
NOT_WATCHED = frozenset({"strict_limit_use", "session", "migration", "trace"})

WATCH_SQL = (
    "CREATE UNLOGGED TABLE trace (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
    """CREATE FUNCTION leave_trace() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN INSERT INTO trace DEFAULT VALUES; RETURN NULL; END $$""",
)


async def fingerprint() -> str:
    """One hash over every row of every table but the bookkeeping: what was written as it was is no change."""
    parts = [
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {name} t"
        for name in await _tables()
    ]
    rows = await fetch(" UNION ALL ".join(parts))
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


async def watch() -> None:
    """From now on every row that is inserted, updated or deleted leaves a trace, which commits or vanishes with it.

    For whoever asks thousands of times: a fingerprint reads every row."""
    for statement in WATCH_SQL:
        await execute(statement)
    for name in await _tables():
        await execute(
            f"CREATE TRIGGER watched AFTER INSERT OR UPDATE OR DELETE ON {name} FOR EACH ROW"
            " EXECUTE FUNCTION leave_trace()"
        )


async def traces() -> int:
    """The newest: another number means that somebody has written something since."""
    return int(await fetchval("SELECT coalesce(max(id), 0) FROM trace"))


async def _tables() -> list[str]:
    rows = await fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in rows if name not in NOT_WATCHED and not name.startswith("pgqueuer_")]
