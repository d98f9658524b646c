"""Reactions: who may vote is told that a poll is open, and who voted that it is over."""

from uuid import UUID

from asyncpg import Record

from backend.core.clock import now
from backend.core.database import fetch, fetchrow
from backend.forum.events import PollClosed, PollOpened, ThreadPosted
from backend.forum.rules.polls import is_open
from backend.inbox import service as inbox

TOLD_AT_ONCE = 500
"""Accounts a transaction: their items are locked while it runs, and readers want to mark them read."""

POLL_SQL = """
SELECT p.*, t.title FROM poll p JOIN thread t ON t.id = p.thread WHERE {which} AND t.state = 'shown'
"""
MEMBERS_SQL = """
SELECT DISTINCT account FROM poll_elector_member
WHERE poll = $1 AND account <> $2 AND ($3::uuid IS NULL OR account > $3) ORDER BY account LIMIT $4
"""
VOTERS_SQL = """
SELECT DISTINCT account FROM (
    SELECT cast_by AS account FROM poll_participation WHERE poll = $1 AND cast_by IS NOT NULL
    UNION SELECT $2) AS it
WHERE $3::uuid IS NULL OR account > $3 ORDER BY account LIMIT $4
"""


async def tell_electors(event: PollOpened) -> None:
    """Everybody who may vote but who opened it. A poll whose thread is held back tells nobody yet."""
    poll = await fetchrow(POLL_SQL.format(which="p.id = $1"), event.poll_id)
    if poll is not None:
        await _tell_open(poll)


async def tell_electors_of_thread(event: ThreadPosted) -> None:
    """The same when a thread that was held back is shown."""
    poll = await fetchrow(POLL_SQL.format(which="p.thread = $1"), event.thread_id)
    if poll is not None:
        await _tell_open(poll)


async def tell_voters(event: PollClosed) -> None:
    """Who voted in the app, and who opened it."""
    poll = await fetchrow(POLL_SQL.format(which="p.id = $1"), event.poll_id)
    if poll is not None:
        await _tell("poll.closed", poll, VOTERS_SQL)


async def _tell_open(poll: Record) -> None:
    if is_open(poll, now()):
        await _tell("poll.opened", poll, MEMBERS_SQL)


async def _tell(kind: str, poll: Record, whom: str) -> None:
    told = inbox.About(
        kind=kind,
        community_id=poll["community"],
        subject_kind="thread",
        subject_id=poll["thread"],
        params={"title": poll["title"], "question": poll["question"]},
    )
    after: UUID | None = None
    while some := await fetch(whom, poll["id"], poll["opened_by"], after, TOLD_AT_ONCE):
        await inbox.tell_all([row["account"] for row in some], told, once=f"{kind}:{poll['id']}")
        after = some[-1]["account"]
