"""Reactions: one of each word a person and post, counted in the post's row under its lock."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchrow, transaction
from backend.core.errors import NotFound
from backend.core.events import emit
from backend.core.ids import new_id
from backend.forum.events import PostThanked
from backend.forum.permissions import POST
from backend.forum.queries.seen import shown_post
from backend.forum.rules.hot import HOT, REACTIONS
from backend.forum.rules.reading import reactions_of
from backend.forum.schemas.posts import Emoji, PostKind, ReactionsOut

MINE = "array(SELECT x.emoji FROM post_reaction x WHERE x.post = $1 AND x.account = $2 ORDER BY x.emoji) AS mine"
COUNTED = """
SELECT id, CASE WHEN coalesce((reactions ->> $3)::int, 0) + $4 > 0
                THEN jsonb_set(reactions, ARRAY[$3], to_jsonb(coalesce((reactions ->> $3)::int, 0) + $4))
                ELSE reactions - $3 END AS counts
FROM {table} WHERE id = $1 FOR UPDATE
"""
COUNT_SQL: dict[PostKind, str] = {
    "thread": f"""
        UPDATE thread SET reactions = n.counts, hot = {
        HOT.format(
            posted_at="thread.created_at", replies="thread.reply_count", reactions=REACTIONS.format(counts="n.counts")
        )
    }
        FROM ({COUNTED.format(table="thread")}) AS n WHERE thread.id = n.id RETURNING thread.reactions, {MINE}""",
    "reply": f"""
        UPDATE reply SET reactions = n.counts FROM ({COUNTED.format(table="reply")}) AS n
        WHERE reply.id = n.id RETURNING reply.reactions, {MINE}""",
}
COUNTS_SQL: dict[PostKind, str] = {
    "thread": f"SELECT reactions, {MINE} FROM thread WHERE id = $1",
    "reply": f"SELECT reactions, {MINE} FROM reply WHERE id = $1",
}


async def react(caller: Caller, kind: PostKind, post_id: UUID, emoji: Emoji) -> ReactionsOut:
    """Again, nothing changes. Raises NotFound."""
    return await _count(caller, kind, post_id, emoji, 1)


async def take_back(caller: Caller, kind: PostKind, post_id: UUID, emoji: Emoji) -> ReactionsOut:
    """Of what was never given, nothing. Raises NotFound."""
    return await _count(caller, kind, post_id, emoji, -1)


async def _count(caller: Caller, kind: PostKind, post_id: UUID, emoji: Emoji, change: int) -> ReactionsOut:
    async with transaction():
        post = await shown_post(caller, kind, post_id)
        caller.require(POST, post["community"])
        changed = await (_give if change > 0 else _take)(caller, post_id, emoji)
        if changed:
            row = await fetchrow(COUNT_SQL[kind], post_id, caller.account_id, emoji, change)
            await emit(PostThanked(post_id=post_id, thread_id=post["thread"]))
        else:
            row = await fetchrow(COUNTS_SQL[kind], post_id, caller.account_id)
    if row is None:
        raise NotFound()
    return ReactionsOut(reactions_of(row["reactions"]), row["mine"])


async def _give(caller: Caller, post_id: UUID, emoji: Emoji) -> bool:
    done = await execute(
        """INSERT INTO post_reaction (id, post, account, emoji, at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (post, account, emoji) DO NOTHING""",
        new_id(),
        post_id,
        caller.account_id,
        emoji,
        now(),
    )
    return done == "INSERT 0 1"


async def _take(caller: Caller, post_id: UUID, emoji: Emoji) -> bool:
    done = await execute(
        "DELETE FROM post_reaction WHERE post = $1 AND account = $2 AND emoji = $3", post_id, caller.account_id, emoji
    )
    return done == "DELETE 1"
