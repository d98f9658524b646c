"""A feed of the tests' own: rows in a table, as a domain would have them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute, fetch, fetchval
from backend.core.hub.feeds import Changes, Feed, Viewer
from backend.core.ids import new_id

TABLE = "CREATE TABLE bell (id uuid PRIMARY KEY, account uuid NOT NULL, words text, changed_at timestamptz NOT NULL)"


async def write(account_id: UUID, words: str, *, at: datetime | None = None) -> None:
    """One row, without a hint."""
    await execute("INSERT INTO bell VALUES ($1, $2, $3, $4)", new_id(), account_id, words, at or now())


async def unread(account_id: UUID) -> int:
    return int(await fetchval("SELECT count(*) FROM bell WHERE account = $1", account_id))


async def changes(viewers: Sequence[Viewer], since: datetime) -> Mapping[Viewer, Changes]:
    rows = await fetch(
        "SELECT * FROM bell WHERE account = ANY($1) AND changed_at > $2 ORDER BY changed_at",
        [viewer.account_id for viewer in viewers],
        since,
    )
    found: dict[Viewer, dict[UUID, dict[str, str]]] = {}
    for viewer in viewers:
        frames = {
            row["id"]: {"type": "bell", "words": row["words"], "in": viewer.locale}
            for row in rows
            if row["account"] == viewer.account_id
        }
        if frames:
            found[viewer] = frames
    return found


BELL = Feed("bell", unread, changes)
HINT = b'{"type":"bell"}'
