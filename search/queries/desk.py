"""What the desk reads of search: synonyms, and what neighbours look for in vain."""

from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from search.permissions import EDIT_SYNONYMS, READ_GAPS
from search.schemas import Gap, SynonymList, SynonymOut

PEOPLE_LEAST = 2
"""What one neighbour alone has typed is theirs."""
PEOPLE_TOLD_APART_MOST = 20
DAYS_MOST = 365

# Asked by several, and mostly in vain: now and then a word finds nothing because nobody had written yet.
GAPS_SQL = f"""
WITH wish AS (
    SELECT q.words, sum(q.found_nothing)::bigint AS asked, max(q.day) AS last_day,
           (SELECT count(DISTINCT asker) FROM search_query one, unnest(one.askers) AS asker
            WHERE one.community = $1 AND one.words = q.words AND one.day >= $2 AND one.found_nothing > 0
              AND NOT one.is_answered) AS people
    FROM search_query q
    WHERE q.community = $1 AND q.day >= $2 AND q.found_nothing > 0 AND NOT q.is_answered
    GROUP BY q.words HAVING sum(q.found_nothing) * 2 >= sum(q.asked))
SELECT words, asked, least(people, {PEOPLE_TOLD_APART_MOST})::integer AS people, last_day FROM wish
WHERE people >= {PEOPLE_LEAST} AND ($4::bigint IS NULL OR (asked, words) < ($4, $5::text))
ORDER BY asked DESC, words DESC LIMIT $3
"""


async def synonyms(caller: Caller, community_id: UUID) -> SynonymList:
    """All groups, the newest first; one statement. Raises NotFound."""
    caller.require(EDIT_SYNONYMS, community_id)
    rows = await fetch(
        "SELECT id, words, edits, changed_at FROM search_synonym WHERE community = $1 ORDER BY id DESC", community_id
    )
    return SynonymList([_synonym(row) for row in rows])


async def synonym(caller: Caller, synonym_id: UUID) -> SynonymOut:
    """Raises NotFound."""
    rows = await fetch("SELECT * FROM search_synonym WHERE id = $1", synonym_id)
    if not rows:
        raise NotFound()
    caller.require(EDIT_SYNONYMS, rows[0]["community"])
    return _synonym(rows[0])


async def gaps(caller: Caller, community_id: UUID, *, days: int, limit: int, cursor: str | None) -> Page[Gap]:
    """Words that several neighbours looked for in vain, the most wished for first; one statement. Raises NotFound."""
    caller.require(READ_GAPS, community_id)
    after = decode_cursor(cursor, tuple[datetime, int, str])
    since, *last = after or (now() - timedelta(days=days), None, None)
    rows = await fetch(GAPS_SQL, community_id, since, limit + 1, *last)
    return page_of(
        rows,
        limit,
        shape=lambda row: Gap(row["words"], row["asked"], row["people"], row["last_day"]),
        key=lambda row: (since, row["asked"], row["words"]),
    )


def _synonym(row: Record) -> SynonymOut:
    return SynonymOut(row["id"], row["words"], row["edits"], row["changed_at"])
