"""What somebody wants to find again."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetch
from backend.core.paging import Page, decode_cursor, page_of
from backend.core.sentences import Locale
from backend.forum.queries.boards import READ_BY_ASKER, asker
from backend.forum.queries.posts import author_columns
from backend.forum.rules.reading import EXCERPT_SOURCE_CHARS, author_of, excerpt_of
from backend.forum.schemas.posts import BookmarkOut

# What is hidden, gone or no longer theirs to read is left out, and comes back when it does.
LIST_SQL = f"""
SELECT k.id, k.kind, k.post, k.thread, k.at, t.title, left(p.html, {EXCERPT_SOURCE_CHARS}) AS html,
       {author_columns("p")}
FROM bookmark k JOIN thread t ON t.id = k.thread JOIN board b ON b.id = t.board
     CROSS JOIN LATERAL (
         SELECT o.author, o.organisation, o.community, o.html, o.state FROM thread o
         WHERE k.kind = 'thread' AND o.id = k.post
         UNION ALL
         SELECT o.author, o.organisation, o.community, o.html, o.state FROM reply o
         WHERE k.kind = 'reply' AND o.id = k.post) AS p
WHERE k.account = $2 AND ($6::uuid IS NULL OR k.id < $6) AND t.state = 'shown' AND p.state = 'shown'
  AND $1 AND {READ_BY_ASKER}
ORDER BY k.id DESC LIMIT $7
"""


async def bookmarks(caller: Caller, *, limit: int, cursor: str | None, locale: Locale) -> Page[BookmarkOut]:
    """Newest first; one statement."""
    (after,) = decode_cursor(cursor, tuple[UUID]) or (None,)
    rows = await fetch(LIST_SQL, True, *asker(caller), after, limit + 1)
    return page_of(rows, limit, shape=lambda row: _item(row, locale), key=lambda row: (row["id"],))


def _item(row: Record, locale: Locale) -> BookmarkOut:
    return BookmarkOut(
        post_id=row["post"],
        kind=row["kind"],
        thread_id=row["thread"],
        title=row["title"],
        excerpt=excerpt_of(row["html"]),
        author=author_of(row, locale),
        at=row["at"],
    )
