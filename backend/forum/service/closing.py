"""A poll ends: by the clock or by hand, or cancelled with nothing counted."""

from datetime import timedelta
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetch, fetchval, transaction
from backend.core.events import emit
from backend.core.flow import take
from backend.core.writes import Write
from backend.forum import access
from backend.forum.errors import VotedUpon
from backend.forum.events import PollClosed, PollEndDue
from backend.forum.rules.polls import FLOW, buildings_shown

CLOCKS_APART_MOST = timedelta(minutes=1)
"""Of the database, which says when a job is due, and of the worker that runs it."""
CAST_TABLES = ("poll_ballot", "poll_participation", "paper_ballot")
BY_BUILDING_SQL = "SELECT building, count(*)::int AS ballots FROM poll_ballot WHERE poll = $1 GROUP BY building"
# Written anew all at once, in an order drawn by lot: neither where a row lies nor the transaction that wrote it says
# any more which participation it came with. Of a building whose result isn't shown, not even the building stays.
SHUFFLE_SQL = """
WITH box AS (DELETE FROM poll_ballot WHERE poll = $1 RETURNING receipt, choices, building)
INSERT INTO poll_ballot (id, poll, receipt, choices, building)
SELECT gen_random_uuid(), $1, receipt, choices, CASE WHEN building = ANY($2) THEN building END FROM box
ORDER BY random()
"""


async def close(caller: Caller, poll_id: UUID) -> None:
    """By hand, before its time. Raises NotFound, Forbidden, MoveRefused."""
    async with transaction():
        await _close(await access.poll_to_close(caller, poll_id), actor=caller.account_id)


async def cancel(caller: Caller, poll_id: UUID) -> None:
    """Nothing is counted, and what was voted is thrown away. Raises NotFound, Forbidden, MoveRefused."""
    async with transaction():
        await access.poll_to_close(caller, poll_id)
        await _cancel(poll_id, actor=caller.account_id)


async def cancel_unvoted(caller: Caller, thread_id: UUID) -> None:
    """Of a thread that its author takes back, in the transaction that holds the thread. Raises VotedUpon: somebody's
    ballot came in meanwhile."""
    poll = await access.poll_to_take_back(thread_id)
    if poll is None:
        return
    # Only now that it is held: a ballot that was on its way is there, and none is any more.
    if await fetchval("SELECT EXISTS (SELECT FROM poll_participation WHERE poll = $1)", poll["id"]):
        raise VotedUpon()
    if poll["state"] == FLOW.initial:
        await _cancel(poll["id"], actor=caller.account_id)


async def close_if_due(event: PollEndDue) -> None:
    """Reaction: what has run out closes; again, or after somebody closed it by hand, nothing changes."""
    async with transaction():
        poll = await access.open_poll_due(event.poll_id)
        if poll is None:
            return
        early = poll["closes_at"] - now()
        if early <= timedelta():
            await _close(poll, actor=None)
        elif early <= CLOCKS_APART_MOST:
            await emit(event, after=early)


async def _cancel(poll_id: UUID, *, actor: UUID) -> None:
    thrown = [Write(f"DELETE FROM {table} WHERE poll = $1", (poll_id,)) for table in CAST_TABLES]
    await take(FLOW, poll_id, "cancel", actor=actor, changes={"closed_at": now()}, along=thrown)


async def _close(poll: Record, *, actor: UUID | None) -> None:
    await take(FLOW, poll["id"], "close", actor=actor, changes={"closed_at": now()})
    await execute("DELETE FROM paper_ballot WHERE poll = $1", poll["id"])
    if poll["is_secret"]:
        counted = {row["building"]: row["ballots"] for row in await fetch(BY_BUILDING_SQL, poll["id"])}
        await execute(SHUFFLE_SQL, poll["id"], list(buildings_shown(counted)))
    await emit(PollClosed(poll_id=poll["id"]))
