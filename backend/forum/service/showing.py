"""A post comes into sight or leaves it. Every change of `state` goes through here, and takes its counters along.

The rows are locked by the caller's door: the thread, and the reply behind it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute
from backend.core.events import emit
from backend.forum.events import ReplyChanged, ReplyPosted, ThreadChanged, ThreadPosted
from backend.forum.rules.hot import HOT, REACTIONS

Target = Literal["shown", "held", "hidden", "deleted"]

# Asked behind the statement that changed the replies. All but the first answer under a badge is a step along an index.
SETTLE_SQL = f"""
UPDATE thread SET
    reply_count = reply_count + it.more,
    (last_author, last_activity_at) = (
        SELECT newest.author, coalesce($3, newest.created_at, thread.created_at)
        FROM (VALUES (1)) AS always LEFT JOIN LATERAL (
            SELECT r.author, r.created_at FROM reply r WHERE r.thread = thread.id AND r.state = 'shown'
            ORDER BY r.number DESC LIMIT 1) AS newest ON true),
    official_at = CASE WHEN $4 THEN (
        SELECT min(r.created_at) FROM reply r
        WHERE r.thread = thread.id AND r.state = 'shown' AND r.organisation IS NOT NULL) ELSE official_at END,
    accepted_reply = (
        SELECT r.id FROM reply r WHERE r.id = thread.accepted_reply AND r.thread = thread.id AND r.state = 'shown'),
    hot = {
    HOT.format(
        posted_at="thread.created_at", replies="reply_count + it.more", reactions=REACTIONS.format(counts="reactions")
    )
}
FROM unnest($1::uuid[], $2::int[]) AS it (thread, more) WHERE thread.id = it.thread
"""


async def settle(shown: Mapping[UUID, int], *, badges: bool, at: datetime | None = None) -> None:
    """So many replies more (or less) can be seen in each thread; `badges`: among them an organisation's. `at`: when
    that was, where it counts as activity."""
    await execute(SETTLE_SQL, list(shown), list(shown.values()), at, badges)


async def count_on_board(board_id: UUID, threads: int) -> None:
    await execute("UPDATE board SET thread_count = thread_count + $2 WHERE id = $1", board_id, threads)


async def turn_thread(row: Mapping[str, Any], state: Target, *, withdrawn: bool = False) -> None:
    """`withdrawn`: its author took it back, and nobody else brings it back."""
    await execute(
        "UPDATE thread SET state = $2, is_withdrawn = is_withdrawn OR $3, edits = edits + 1 WHERE id = $1",
        row["id"],
        state,
        withdrawn,
    )
    if more := _change(row["state"], state):
        await count_on_board(row["board"], more)
    happened = ThreadPosted if row["state"] == "held" and state == "shown" else ThreadChanged
    await emit(happened(thread_id=row["id"]))


async def turn_reply(row: Mapping[str, Any], state: Target, *, withdrawn: bool = False) -> None:
    """As `turn_thread`."""
    await execute(
        "UPDATE reply SET state = $2, is_withdrawn = is_withdrawn OR $3, edits = edits + 1 WHERE id = $1",
        row["id"],
        state,
        withdrawn,
    )
    first = row["state"] == "held" and state == "shown"
    if more := _change(row["state"], state):
        badge = row["organisation"] is not None
        await settle({row["thread"]: more}, badges=badge, at=now() if first else None)
    happened = ReplyPosted if first else ReplyChanged
    await emit(happened(reply_id=row["id"], thread_id=row["thread"]))


async def set_lock(thread_id: UUID, at: datetime | None) -> None:
    """Null opens it again; the same again changes nothing. The row need not be locked."""
    done = await execute(
        """UPDATE thread SET locked_at = $2, edits = edits + 1
           WHERE id = $1 AND (locked_at IS NULL) <> ($2::timestamptz IS NULL)""",
        thread_id,
        at,
    )
    if done != "UPDATE 0":
        await emit(ThreadChanged(thread_id=thread_id))


def _change(before: str, after: str) -> int:
    return int(after == "shown") - int(before == "shown")
