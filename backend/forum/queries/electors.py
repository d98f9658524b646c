"""Who may vote in a poll, as the desk ticks them off."""

from typing import Literal
from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import fetch, fetchval
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.forum.permissions import ENTER_PAPER
from backend.forum.schemas.polls import PaperElector
from backend.identity.queries.names import NAME
from backend.identity.queries.places import PLACE_NAMES

Show = Literal["all", "waiting", "open"]
CHOSEN: dict[Show, str] = {
    "all": "true",
    "waiting": "w.id IS NOT NULL",
    "open": "v.id IS NULL",
}

# In the order of the doors; people by name. Only a page of doors is spelled out.
ELECTORS_SQL = f"""
SELECT it.*, ({PLACE_NAMES.format(which="ARRAY[it.door]")})[1] AS home FROM (
    SELECT * FROM (
        SELECT e.id, e.home AS door, h.path, {NAME.format(who="e.account", where="$2")} AS name,
               v.id IS NOT NULL AS voted, w.id IS NOT NULL AS waiting,
               w.entered_by IS NOT DISTINCT FROM $3 AS entered_by_me, coalesce(h.sort_key, '') AS place
        FROM poll_elector e LEFT JOIN home_place($2) h ON h.home = e.home
             LEFT JOIN poll_participation v ON v.poll = e.poll AND v.elector = e.id
             LEFT JOIN paper_ballot w ON w.poll = e.poll AND w.elector = e.id
        WHERE e.poll = $1 AND {{chosen}}) AS known
    WHERE strpos(lower(concat_ws(' ', path, name)), lower($4)) > 0
      AND ($5::text IS NULL OR (place, coalesce(name, ''), id) > ($5, $6, $7::uuid))
    ORDER BY place, coalesce(name, ''), id LIMIT $8) AS it
ORDER BY it.place, coalesce(it.name, ''), it.id
"""


async def electors(
    caller: Caller, poll_id: UUID, *, show: Show, q: str | None, limit: int, cursor: str | None
) -> Page[PaperElector]:
    """For staff who enter papers; two statements. Raises NotFound."""
    community = await fetchval("SELECT community FROM poll WHERE id = $1", poll_id)
    if community is None:
        raise NotFound()
    caller.require(ENTER_PAPER, community)
    after = decode_cursor(cursor, tuple[str, str, UUID]) or (None, None, None)
    rows = await fetch(
        ELECTORS_SQL.format(chosen=CHOSEN[show]),
        poll_id,
        community,
        caller.account_id,
        (q or "").strip(),
        *after,
        limit + 1,
    )
    return page_of(
        rows,
        limit,
        shape=lambda row: PaperElector(**{name: row[name] for name in PaperElector.__struct_fields__}),
        key=lambda row: (row["place"], row["name"] or "", row["id"]),
    )
