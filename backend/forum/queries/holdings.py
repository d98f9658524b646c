"""What the forum holds about an account, for its owner to take away."""

from functools import partial
from typing import Any
from uuid import UUID

from backend.core.database import fetch
from backend.core.holdings import LINES_MOST, Holding

THREADS_SQL = """
SELECT id, kind, title, body, state, reply_count, created_at, edited_at FROM thread
WHERE author = $1 ORDER BY created_at DESC, id DESC LIMIT $2
"""
REPLIES_SQL = """
SELECT r.id, t.title AS thread, r.number, r.body, r.state, r.created_at, r.edited_at
FROM reply r JOIN thread t ON t.id = r.thread WHERE r.author = $1 ORDER BY r.created_at DESC, r.id DESC LIMIT $2
"""
READ_SQL = """
SELECT t.title, r.level, r.last_read_number, r.read_at FROM thread_reader r JOIN thread t ON t.id = r.thread
WHERE r.account = $1 AND t.state = 'shown' ORDER BY r.id DESC LIMIT $2
"""
BOOKMARKS_SQL = """
SELECT t.title, k.kind, k.at FROM bookmark k JOIN thread t ON t.id = k.thread
WHERE k.account = $1 AND t.state = 'shown' ORDER BY k.id DESC LIMIT $2
"""
# What stands there may be hidden by now; that one thanked for it is one's own to know.
REACTIONS_SQL = """
SELECT x.emoji, CASE WHEN t.state = 'shown' THEN t.title END AS title, r.number, x.at
FROM post_reaction x LEFT JOIN reply r ON r.id = x.post JOIN thread t ON t.id = coalesce(r.thread, x.post)
WHERE x.account = $1 ORDER BY x.id DESC LIMIT $2
"""
DRAFTS_SQL = "SELECT content, updated_at FROM draft WHERE account = $1 ORDER BY updated_at DESC LIMIT $2"
# Of a secret poll nobody can say what was voted, this account's owner included.
VOTES_SQL = """
SELECT p.question, v.at, array(SELECT o.text FROM poll_ballot b JOIN poll_option o ON o.id = ANY(b.choices)
                               WHERE b.id = v.ballot ORDER BY array_position(b.choices, o.id)) AS choices
FROM poll_participation v JOIN poll p ON p.id = v.poll WHERE v.cast_by = $1 ORDER BY p.id DESC LIMIT $2
"""


async def _held(sql: str, account_id: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in await fetch(sql, account_id, LINES_MOST)]


HOLDINGS: dict[str, Holding] = {
    "forum_threads": partial(_held, THREADS_SQL),
    "forum_replies": partial(_held, REPLIES_SQL),
    "forum_read": partial(_held, READ_SQL),
    "forum_bookmarks": partial(_held, BOOKMARKS_SQL),
    "forum_reactions": partial(_held, REACTIONS_SQL),
    "forum_drafts": partial(_held, DRAFTS_SQL),
    "forum_votes": partial(_held, VOTES_SQL),
}
