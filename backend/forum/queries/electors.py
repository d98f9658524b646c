"""Who may vote in a poll, as the desk ticks them off."""

from typing import Literal
from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import fetch, fetchval
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.forum.permissions import ENTER_PAPER
from backend.forum.schemas.polls import PaperElector
from backend.identity.queries.names import NAME, NAMED
from backend.identity.queries.places import PLACE_NAMES

Show = Literal["all", "waiting", "open"]
VOTED, WAITS = (
    f"EXISTS (SELECT FROM {table} it WHERE it.poll = e.poll AND it.elector = e.id)"
    for table in ("poll_participation", "paper_ballot")
)
CHOSEN: dict[Show, str] = {"all": "true", "waiting": WAITS, "open": f"NOT {VOTED}"}

FOUND = f"""
(e.home IN (SELECT h.home FROM home_place($2) h WHERE strpos(lower(h.path), lower($4)) > 0)
 OR e.account IN {NAMED.format(where="$2", words="$4")})
"""
# In the order of the doors, as the poll was opened; only a page of them is named and spelled out.
ELECTORS_SQL = f"""
SELECT e.id, e.position, {NAME.format(who="e.account", where="$2")} AS name,
       ({PLACE_NAMES.format(which="ARRAY[e.home]")})[1] AS home, {VOTED} AS voted, w.id IS NOT NULL AS waiting,
       w.entered_by IS NOT DISTINCT FROM $3 AS entered_by_me
FROM (SELECT * FROM poll_elector e
      WHERE e.poll = $1 AND {{chosen}} AND {{found}} AND ($5::int IS NULL OR (e.position, e.id) > ($5, $6::uuid))
      ORDER BY e.position, e.id LIMIT $7) AS e
     LEFT JOIN paper_ballot w ON w.poll = e.poll AND w.elector = e.id
WHERE $4::text IS NOT NULL ORDER BY e.position, e.id
"""


async def electors(
    caller: Caller, poll_id: UUID, *, show: Show, q: str | None, limit: int, cursor: str | None
) -> Page[PaperElector]:
    """For staff who enter papers; two statements. Raises NotFound."""
    community = await fetchval("SELECT community FROM poll WHERE id = $1", poll_id)
    if community is None:
        raise NotFound()
    caller.require(ENTER_PAPER, community)
    words, after = (q or "").strip(), decode_cursor(cursor, tuple[int, UUID]) or (None, None)
    rows = await fetch(_list_sql(show, words), poll_id, community, caller.account_id, words, *after, limit + 1)
    return page_of(
        rows,
        limit,
        shape=lambda row: PaperElector(**{name: row[name] for name in PaperElector.__struct_fields__}),
        key=lambda row: (row["position"], row["id"]),
    )


def _list_sql(show: Show, words: str) -> str:
    """A search looks through all doors and names once, everything else walks along the electors."""
    return ELECTORS_SQL.format(chosen=CHOSEN[show], found=FOUND if words else "true")
