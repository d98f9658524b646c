"""How pushes ended so far."""

from backend.core.database import fetch


async def push_counts() -> list[tuple[str, str, int]]:
    """Provider, result (sent, gone, refused, later, unknown) and how many sends, since the house began."""
    rows = await fetch("SELECT provider, result, pushes FROM push_count")
    return [(row["provider"], row["result"], row["pushes"]) for row in rows]
