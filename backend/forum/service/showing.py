"""A post comes into sight or leaves it. Every change of `state` goes through here, and takes its counters along.

The rows are locked by the caller's door, in a statement before: the thread, and the reply behind it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute, fetchrow
from backend.core.events import emit
from backend.forum.events import ReplyChanged, ReplyPosted, ThreadChanged, ThreadPosted
from backend.forum.rules.hot import HOT, REACTIONS

Target = Literal["shown", "held", "hidden", "deleted"]


class Turn(NamedTuple):
    """From where a post may go to where. `withdrawn`: its author takes it back, and nobody else brings it back."""

    target: Target
    sources: tuple[str, ...]
    withdrawn: bool = False


SHOW = Turn("shown", ("hidden", "deleted", "held"))
HIDE = Turn("hidden", ("shown", "held"))
DELETE = Turn("deleted", ("shown", "held", "hidden"))
HOLD = Turn("held", ("shown",))
TAKE_BACK = Turn("deleted", ("shown", "held", "hidden", "deleted"), withdrawn=True)

# `it` has a row for each thread: how many replies more (or less) can be seen there, whether an organisation's is among
# them, and when that was, where it counts as activity. {shown} is asked of the replies `r`: all but the first answer
# under a badge is a step along an index.
SETTLE = f"""
UPDATE thread SET
    reply_count = reply_count + it.more,
    (last_author, last_activity_at) = (
        SELECT newest.author, coalesce(it.at, newest.created_at, thread.created_at)
        FROM (VALUES (1)) AS always LEFT JOIN LATERAL (
            SELECT r.author, r.created_at FROM reply r WHERE r.thread = thread.id AND {{shown}}
            ORDER BY r.number DESC LIMIT 1) AS newest ON true),
    official_at = CASE WHEN it.badge THEN (
        SELECT min(r.created_at) FROM reply r
        WHERE r.thread = thread.id AND {{shown}} AND r.organisation IS NOT NULL) ELSE official_at END,
    accepted_reply = (
        SELECT r.id FROM reply r WHERE r.id = thread.accepted_reply AND r.thread = thread.id AND {{shown}}),
    hot = {
    HOT.format(
        posted_at="thread.created_at", replies="reply_count + it.more", reactions=REACTIONS.format(counts="reactions")
    )
}
FROM {{it}} AS it WHERE thread.id = it.thread
"""
# Asked behind the statement that changed the replies.
SETTLE_SQL = SETTLE.format(
    it="""(SELECT thread, more, $3::timestamptz AS at, $4::boolean AS badge
           FROM unnest($1::uuid[], $2::int[]) AS given (thread, more))""",
    shown="r.state = 'shown'",
)
# $1 the post, $2 its new state, $3 those it may stand in, $4 whether it is withdrawn, $5 the moment.
WAS = """
WITH was AS (
    SELECT p.*, ($2 = 'shown')::int - (p.state = 'shown')::int AS more, p.state = 'held' AND $2 = 'shown' AS is_first
    FROM {table} p WHERE p.id = $1 AND p.state = ANY($3) AND NOT p.is_withdrawn),
turned AS (
    UPDATE {table} SET state = $2, is_withdrawn = $4, edits = {table}.edits + 1 FROM was WHERE {table}.id = was.id)
"""
TURN_THREAD_SQL = f"""
{WAS.format(table="thread")},
counted AS (
    UPDATE board SET thread_count = thread_count + was.more FROM was WHERE board.id = was.board AND was.more <> 0)
SELECT is_first FROM was
"""
# The thread is settled in the statement that turns the reply, which doesn't see what it does itself: of this one reply
# the new state is asked, not the row's.
SETTLED = SETTLE.format(
    it="""(SELECT id, thread, more, CASE WHEN is_first THEN $5::timestamptz END AS at,
                  organisation IS NOT NULL AS badge FROM was WHERE more <> 0)""",
    shown="CASE WHEN r.id = it.id THEN $2 ELSE r.state END = 'shown'",
)
TURN_REPLY_SQL = f"""
{WAS.format(table="reply")},
settled AS ({SETTLED})
SELECT thread, is_first FROM was
"""


async def settle(shown: Mapping[UUID, int], *, badges: bool, at: datetime | None = None) -> None:
    """So many replies more (or less) can be seen in each thread; `badges`: among them an organisation's. `at`: when
    that was, where it counts as activity."""
    await execute(SETTLE_SQL, list(shown), list(shown.values()), at, badges)


async def count_on_board(board_id: UUID, threads: int) -> None:
    await execute("UPDATE board SET thread_count = thread_count + $2 WHERE id = $1", board_id, threads)


async def turn_thread(thread_id: UUID, turn: Turn) -> None:
    """One that doesn't stand where it begins stays as it is."""
    was = await fetchrow(TURN_THREAD_SQL, thread_id, turn.target, turn.sources, turn.withdrawn)
    if was is not None:
        happened = ThreadPosted if was["is_first"] else ThreadChanged
        await emit(happened(thread_id=thread_id))


async def turn_reply(reply_id: UUID, turn: Turn) -> None:
    """As `turn_thread`."""
    was = await fetchrow(TURN_REPLY_SQL, reply_id, turn.target, turn.sources, turn.withdrawn, now())
    if was is not None:
        happened = ReplyPosted if was["is_first"] else ReplyChanged
        await emit(happened(reply_id=reply_id, thread_id=was["thread"]))


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
