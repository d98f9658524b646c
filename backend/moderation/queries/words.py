"""Lists of watched words, and what they would make of a text."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.moderation.access import require_reading
from backend.moderation.rules.words import Action, masked
from backend.moderation.schemas.words import WordHit, WordOut, WordTried, WordTry
from backend.moderation.service.screening import matcher_of

STRONGEST: tuple[Action, ...] = ("block", "hold", "mask", "tag")
HITS_SHOWN_MOST = 50
NO_WILDCARDS = str.maketrans({sign: "\\" + sign for sign in "\\%_"})

WORDS_SQL = """
SELECT * FROM watched_word
WHERE (community = $1 OR community IS NULL) AND ($2::text IS NULL OR word ILIKE $2)
  AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4
"""


async def words(
    caller: Caller, community_id: UUID | None, *, q: str | None, limit: int, cursor: str | None
) -> Page[WordOut]:
    """The community's with the platform's, or without a community the platform's alone; newest first, one statement.

    Raises NotFound.
    """
    require_reading(caller, community_id)
    (after,) = decode_cursor(cursor, tuple[UUID]) or (None,)
    asked = (q or "").strip()
    pattern = f"%{asked.translate(NO_WILDCARDS)}%" if asked else None
    rows = await fetch(WORDS_SQL, community_id, pattern, after, limit + 1)
    return page_of(rows, limit, shape=lambda row: _out(row, community_id), key=lambda row: (row["id"],))


async def word(word_id: UUID) -> WordOut:
    """One that the caller has just changed. Raises NotFound."""
    row = await fetchrow("SELECT * FROM watched_word WHERE id = $1", word_id)
    if row is None:
        raise NotFound()
    return _out(row, row["community"])


async def trial(caller: Caller, community_id: UUID, data: WordTry) -> WordTried:
    """What would happen to this text; nothing is counted. Raises NotFound."""
    require_reading(caller, community_id)
    hits = (await matcher_of(community_id)).hits(data.text)
    actions = {hit.word.action for hit in hits}
    return WordTried(
        outcome=next((action for action in STRONGEST if action in actions), "pass"),
        masked=masked(data.text, [hit for hit in hits if hit.word.action == "mask"]),
        hits=[
            WordHit(hit.word.word, hit.word.action, data.text[hit.start : hit.end]) for hit in hits[:HITS_SHOWN_MOST]
        ],
    )


def _out(row: Record, community_id: UUID | None) -> WordOut:
    return WordOut(
        id=row["id"],
        word=row["word"],
        action=row["action"],
        tag=row["tag"],
        note=row["note"],
        is_active=row["is_active"],
        hits=row["hits"],
        mine=row["community"] == community_id,
        created_at=row["created_at"],
    )
