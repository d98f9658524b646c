"""Whether a request that was refused left anything behind."""

import hashlib

from backend.core.database import fetch

# Bookkeeping that a refused request may leave: counters of attempts, and who was last seen.
NOT_COMPARED = frozenset({"strict_limit_use", "session", "migration"})


async def fingerprint() -> str:
    """One hash over every row of every table but the bookkeeping."""
    tables = await fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    parts = [
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {name} t"
        for (name,) in tables
        if name not in NOT_COMPARED and not name.startswith("pgqueuer_")
    ]
    rows = await fetch(" UNION ALL ".join(parts))
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
