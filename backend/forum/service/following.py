"""How loudly somebody follows a thread, and what they keep to find again."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchrow
from backend.core.errors import NotFound
from backend.core.ids import new_id
from backend.forum.queries.boards import READ_BY_ASKER, asker
from backend.forum.queries.seen import shown_post
from backend.forum.schemas.posts import FollowOut, Level, PostKind

FOLLOW_SQL = f"""
INSERT INTO thread_reader AS r (id, thread, account, level)
SELECT $6, t.id, $2, $7 FROM thread t JOIN board b ON b.id = t.board
WHERE t.id = $1 AND t.state = 'shown' AND {READ_BY_ASKER}
ON CONFLICT (account, thread) DO UPDATE SET level = excluded.level RETURNING level
"""


async def follow(caller: Caller, thread_id: UUID, level: Level) -> FollowOut:
    """Raises NotFound."""
    row = await fetchrow(FOLLOW_SQL, thread_id, *asker(caller), new_id(), level)
    if row is None:
        raise NotFound()
    return FollowOut(row["level"])


async def bookmark(caller: Caller, kind: PostKind, post_id: UUID) -> None:
    """Keeps it; again, nothing changes. Raises NotFound."""
    post = await shown_post(caller, kind, post_id)
    await execute(
        """INSERT INTO bookmark (id, account, kind, post, thread, at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (account, post) DO NOTHING""",
        new_id(),
        caller.account_id,
        kind,
        post_id,
        post["thread"],
        now(),
    )


async def forget_bookmark(caller: Caller, kind: PostKind, post_id: UUID) -> None:
    """Also of what is no longer shown; of what was never kept, nothing."""
    await execute(
        "DELETE FROM bookmark WHERE account = $1 AND post = $2 AND kind = $3", caller.account_id, post_id, kind
    )
