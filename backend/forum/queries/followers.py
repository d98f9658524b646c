"""Whom a post concerns: who follows its thread, whom it answers, whom it names. Never who wrote it, never the muted,
and nobody who may no longer read the board."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import role_permissions
from backend.core.clock import now, today
from backend.core.database import fetch, fetchrow
from backend.core.sentences import DEFAULT_LOCALE
from backend.forum.permissions import MODERATE
from backend.forum.queries.posts import author_columns
from backend.forum.rules.boards import READS
from backend.forum.rules.reading import author_of
from backend.forum.schemas.posts import PostKind
from backend.identity.queries.organisations import SPEAKERS_OF

TOLD_AT_ONCE = 500
"""Accounts a transaction: their items are locked while it runs, and readers want to mark them read."""

POST_SQL: dict[PostKind, str] = {
    "thread": f"""
        SELECT t.id, t.id AS thread, 0 AS number, t.community, t.title, t.edits, t.edited_at, t.official_at,
               t.author AS opener, NULL::uuid AS answered, NULL::uuid AS quoted_author, {author_columns("t")},
               EXISTS (SELECT FROM poll p JOIN poll_participation v ON v.poll = p.id WHERE p.thread = t.id) AS voted
        FROM thread t WHERE t.id = $1 AND t.state = 'shown'""",
    "reply": f"""
        SELECT r.id, r.thread, r.number, r.community, t.title, r.edits, r.edited_at, t.official_at,
               t.author AS opener, (SELECT p.author FROM reply p WHERE p.id = r.parent) AS answered,
               (SELECT q.author FROM reply q WHERE q.id = r.quoted) AS quoted_author, {author_columns("r")},
               EXISTS (SELECT FROM poll p JOIN poll_participation v ON v.poll = p.id WHERE p.thread = t.id) AS voted
        FROM reply r JOIN thread t ON t.id = r.thread WHERE r.id = $1 AND r.state = 'shown' AND t.state = 'shown'""",
}
# $1 thread, $2 who wrote it, $3 after whom, $4 how many, $5 day, $6 roles that moderate.
STILL_READS = READS.format(
    board="b", member="me.groups IS NOT NULL", staff="coalesce(me.groups && $6::text[], false)", places="me.places"
)
CONCERNED_SQL = f"""
SELECT it.account FROM ({{candidates}}) AS it
    JOIN thread t ON t.id = $1 JOIN board b ON b.id = t.board
    LEFT JOIN LATERAL account_belonging(it.account, t.community, $5) AS me ON true
WHERE it.account <> $2 AND ($3::uuid IS NULL OR it.account > $3) AND {STILL_READS}
  AND NOT EXISTS (SELECT FROM thread_reader r WHERE r.account = it.account AND r.thread = $1 AND r.level = 'muted')
ORDER BY it.account LIMIT $4
"""
FOLLOWERS = """
SELECT account FROM thread_reader WHERE thread = $1 AND level = 'watching'
UNION SELECT unnest($7::uuid[])
"""
NAMED = f"""
SELECT account FROM post_mention WHERE post = $7 AND account IS NOT NULL
UNION SELECT voice.account FROM post_mention m
    CROSS JOIN LATERAL ({SPEAKERS_OF.format(which="m.organisation", at="$8")}) AS voice
    WHERE m.post = $7 AND m.organisation IS NOT NULL
"""


async def post_to_tell(kind: PostKind, post_id: UUID) -> Record | None:
    """The post with what the words about it are filled with; None: nobody is to hear of it (any more)."""
    return await fetchrow(POST_SQL[kind], post_id)


def author_name(post: Record) -> str:
    return author_of(post, DEFAULT_LOCALE).name


async def followers(post: Record, after: UUID | None) -> list[UUID]:
    """In order of their ids, TOLD_AT_ONCE at most: watchers, who opened the thread, whom it answers or quotes."""
    answered = [it for it in (post["opener"], post["answered"], post["quoted_author"]) if it is not None]
    return await _concerned(FOLLOWERS, post, after, answered)


async def named(post: Record, after: UUID | None) -> list[UUID]:
    """The same of those whom it mentions; of an organisation, who speaks for it."""
    return await _concerned(NAMED, post, after, post["id"], now())


async def _concerned(candidates: str, post: Record, after: UUID | None, *more: object) -> list[UUID]:
    rows = await fetch(
        CONCERNED_SQL.format(candidates=candidates),
        post["thread"],
        post["author"],
        after,
        TOLD_AT_ONCE,
        today(),
        [f"role:{role}" for role, permissions in role_permissions().items() if MODERATE in permissions],
        *more,
    )
    return [row["account"] for row in rows]
