"""Polls as those who may vote in them, and everybody else who reads the thread, see them."""

from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound
from backend.core.paging import Page, decode_cursor, page_of
from backend.forum.access.polls import POLL_SEEN
from backend.forum.permissions import ENTER_PAPER, MODERATE
from backend.forum.queries.ballots import Tally, tally_of
from backend.forum.queries.boards import asker
from backend.forum.rules.polls import is_open, shows_results
from backend.forum.schemas.polls import DeskPollItem, ElectorOut, OptionOut, PollOut
from backend.identity.queries.places import PLACE_NAMES

PLAIN = (
    "id", "question", "method", "choices_most", "counted_by", "is_secret", "quorum", "results", "state", "closes_at",
    "closed_at", "electors", "voted",
)  # fmt: skip

HOME = f"({PLACE_NAMES.format(which='ARRAY[e.home]')})[1]"

# What a ballot of an open poll says is its home's to see; a secret poll has no way from here to its ballots.
POLL_SQL = f"""
SELECT p.*, (SELECT count(*) FROM poll_participation v WHERE v.poll = p.id) AS voted,
       array(SELECT row(o.id, o.text) FROM poll_option o WHERE o.poll = p.id ORDER BY o.position) AS options,
       array(SELECT row(e.id, {HOME}, v.id IS NOT NULL, v.cast_by IS NOT DISTINCT FROM $2, b.choices)
             FROM poll_elector_member m JOIN poll_elector e ON e.id = m.elector
                  LEFT JOIN poll_participation v ON v.poll = m.poll AND v.elector = e.id
                  LEFT JOIN poll_ballot b ON b.id = v.ballot
             WHERE m.poll = p.id AND m.account = $2 ORDER BY e.id) AS mine
FROM poll p {{which}}
"""
OF_THREAD_SQL = POLL_SQL.format(which="WHERE p.thread = $1")
ONE_SQL = POLL_SQL.format(
    which=f"JOIN thread t ON t.id = p.thread JOIN board b ON b.id = t.board WHERE p.id = $1 AND {POLL_SEEN}"
)
DESK_SQL = """
SELECT p.id, p.thread AS thread_id, t.title, p.question, p.method, p.counted_by, p.is_secret, p.state, p.closes_at,
       p.electors, (SELECT count(*) FROM poll_participation v WHERE v.poll = p.id) AS voted,
       (SELECT count(*) FROM paper_ballot w WHERE w.poll = p.id) AS waiting
FROM poll p JOIN thread t ON t.id = p.thread
WHERE p.community = $1 AND t.state IN ('shown', 'held') AND ($2::uuid IS NULL OR p.id < $2)
ORDER BY p.id DESC LIMIT $3
"""


async def poll_of_thread(caller: Caller | None, thread_id: UUID) -> PollOut | None:
    """For one who reads the thread: one statement, and another where results are shown. None: it has no poll."""
    row = await fetchrow(OF_THREAD_SQL, thread_id, caller.account_id if caller else None)
    return None if row is None else await shown(caller, row)


async def poll(caller: Caller | None, poll_id: UUID) -> PollOut:
    """The same for whoever reads its thread, or could vote when it opened. Raises NotFound."""
    row = await fetchrow(ONE_SQL, poll_id, *asker(caller))
    if row is None:
        raise NotFound()
    return await shown(caller, row)


async def desk_polls(caller: Caller, community_id: UUID, *, limit: int, cursor: str | None) -> Page[DeskPollItem]:
    """For staff who enter papers, newest first; one statement. Raises NotFound."""
    caller.require(ENTER_PAPER, community_id)
    (before,) = decode_cursor(cursor, tuple[UUID]) or (None,)
    rows = await fetch(DESK_SQL, community_id, before, limit + 1)
    return page_of(rows, limit, shape=lambda row: DeskPollItem(**row), key=lambda row: (row["id"],))


async def shown(caller: Caller | None, poll: Record) -> PollOut:
    """A row of POLL_SQL, with its results if the caller may see them now."""
    mine = [
        ElectorOut(id=id, home=home, voted=voted, voted_by_me=voted and by_me, choices=choices or [])
        for id, home, voted, by_me, choices in poll["mine"]
    ]
    tally = await tally_of(poll) if shows_results(poll, has_voted=any(it.voted for it in mine)) else None
    return PollOut(
        **{name: poll[name] for name in PLAIN},
        options=tally.options() if tally else [OptionOut(id, text, None, None) for id, text in poll["options"]],
        mine=mine,
        can=_verbs(caller, poll, mine),
        **_results(tally),
    )


def _results(tally: Tally | None) -> dict[str, Any]:
    if tally is None:
        return {"rounds": None, "quorum_result": None, "buildings": None}
    return {"rounds": tally.rounds or None, "quorum_result": tally.quorum(), "buildings": tally.buildings()}


def _verbs(caller: Caller | None, poll: Record, mine: list[ElectorOut]) -> list[str]:
    if caller is None or not is_open(poll, now()):
        return []
    decides = poll["opened_by"] == caller.account_id or caller.may(MODERATE, poll["community"])
    offered = {
        "vote": any(not it.voted for it in mine),
        "change": not poll["is_secret"] and any(it.voted_by_me for it in mine),
        "close": decides,
        "cancel": decides,
        "enter_paper": caller.may(ENTER_PAPER, poll["community"]),
    }
    return [verb for verb, may in offered.items() if may]
