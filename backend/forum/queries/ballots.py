"""Ballots: counted, and published when their poll has closed."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetch, fetchrow
from backend.core.errors import NotFound
from backend.core.paging import decode_cursor, page_of
from backend.forum.access.polls import POLL_SEEN
from backend.forum.errors import BallotsUnpublished
from backend.forum.permissions import READ
from backend.forum.queries.boards import asker
from backend.forum.rules.polls import buildings_shown, receipt_read
from backend.forum.rules.quorum import (
    TAKING_PART,
    Votes,
    Weight,
    approval_needed,
    carried,
    enough_took_part,
    weigh,
)
from backend.forum.rules.ranked import runoff
from backend.forum.schemas.polls import (
    BuildingResult,
    OptionOut,
    PublishedBallot,
    PublishedBallots,
    QuorumOut,
    RoundOut,
)
from backend.identity.queries.names import NAME
from backend.identity.queries.places import PLACE_NAMES

CM2_PER_M2 = 10_000

# Ballots that say the same are one row; of owners who have voted for several homes each home's is one.
COUNT_SQL = f"""
SELECT it.*, ({PLACE_NAMES.format(which="ARRAY[it.building]")})[1] AS name
FROM (SELECT {{owner}} AS owner, choices, building, count(*)::int AS ballots, sum(area_cm2)::bigint AS area
      FROM {{box}} WHERE poll = $1 GROUP BY 1, 2, 3) AS it
"""
PLAIN_SQL = COUNT_SQL.format(owner="NULL::uuid", box="poll_ballot")
OWNERS_SQL = COUNT_SQL.format(
    owner="CASE WHEN homes > 1 THEN owner END",
    box="""(SELECT *, CASE WHEN owner IS NOT NULL THEN count(*) OVER (PARTITION BY owner) END AS homes
            FROM poll_ballot WHERE poll = $1) AS box""",
)
# Of a secret poll no row leads from a ballot to who cast it, so there is nothing to leave out. Who only passes by
# ($2: is a neighbour) may count again, and learns no names.
LINE = f"""
SELECT b.receipt, b.choices, CASE WHEN $2 THEN ({PLACE_NAMES.format(which="ARRAY[e.home]")})[1] END AS home,
       CASE WHEN $2 THEN {NAME.format(who="v.cast_by", where="p.community")} END AS voter
FROM poll_ballot b JOIN poll p ON p.id = b.poll
     LEFT JOIN poll_participation v ON v.poll = b.poll AND v.ballot = b.id LEFT JOIN poll_elector e ON e.id = v.elector
WHERE b.poll = $1
"""
PAGE_SQL = f"{LINE} AND ($3::text IS NULL OR b.receipt > $3) ORDER BY b.receipt LIMIT $4"
FOUND_SQL = f"{LINE} AND b.receipt = $3"
STATE_SQL = f"""
SELECT p.state, p.community FROM poll p JOIN thread t ON t.id = p.thread JOIN board b ON b.id = t.board
WHERE p.id = $1 AND {POLL_SEEN}
"""


class Tally:
    """What the ballots of one poll say."""

    def __init__(self, poll: Mapping[str, Any], rows: Sequence[Record]) -> None:
        self._poll = poll
        self._rows = rows
        self._options: list[UUID] = [option for option, _ in poll["options"]]

    def options(self) -> list[OptionOut]:
        """By option: how many chose it, and the floor area behind them where owners vote."""
        if self._poll["counted_by"] == "owners":
            _, weights = self._weights
            return [
                OptionOut(id, text, weights.get(id, Weight()).owners, weights.get(id, Weight()).area / CM2_PER_M2)
                for id, text in self._poll["options"]
            ]
        last = self.rounds[-1].votes if self._is_ranked else _chosen(self._options, self._rows)
        return [OptionOut(id, text, last.get(str(id), 0), None) for id, text in self._poll["options"]]

    @cached_property
    def rounds(self) -> list[RoundOut]:
        """Of a ranked poll; of another none."""
        if not self._is_ranked:
            return []
        rankings: dict[tuple[UUID, ...], int] = {}
        for row in self._rows:
            ranking = tuple(row["choices"])
            rankings[ranking] = rankings.get(ranking, 0) + row["ballots"]
        return [
            RoundOut({str(option): count for option, count in it.votes.items()}, it.eliminated)
            for it in runoff(self._options, rankings)
        ]

    def quorum(self) -> QuorumOut | None:
        """Of a poll with a quorum."""
        kind = self._poll["quorum"]
        if kind == "none":
            return None
        part, weights = self._weights
        whole = Weight(self._poll["owners"], self._poll["area_cm2"])
        enough = carried(kind, part, whole, weights)
        return QuorumOut(
            owners_share=part.owners / whole.owners,
            area_share=part.area / whole.area,
            needed_share=float(TAKING_PART),
            met=enough_took_part(part, whole),
            approval_needed=float(approval_needed(kind)),
            carried=[option for option in self._options if option in enough],
        )

    def buildings(self) -> list[BuildingResult]:
        """By building, of a ranked poll first choices; those that are large enough to hide who voted how."""
        ballots: dict[UUID | None, int] = {}
        for row in self._rows:
            ballots[row["building"]] = ballots.get(row["building"], 0) + row["ballots"]
        shown = buildings_shown(ballots)
        names = {row["building"]: row["name"] for row in self._rows if row["building"] in shown}
        return [
            BuildingResult(id, name, _chosen(self._options, [it for it in self._rows if it["building"] == id],
                                             first_only=self._is_ranked))
            for id, name in sorted(names.items(), key=lambda it: (it[1], it[0]))
        ]  # fmt: skip

    @property
    def _is_ranked(self) -> bool:
        return bool(self._poll["method"] == "ranked")

    @cached_property
    def _weights(self) -> tuple[Weight, dict[UUID, Weight]]:
        return weigh(Votes(row["owner"], row["choices"], row["ballots"], row["area"]) for row in self._rows)


async def published(caller: Caller | None, poll_id: UUID, *, limit: int, cursor: str | None) -> PublishedBallots:
    """The list of a poll that has closed, by receipt, which is drawn by lot. Raises NotFound, BallotsUnpublished."""
    names = await _names_shown(caller, poll_id)
    (after,) = decode_cursor(cursor, tuple[str]) or (None,)
    rows = await fetch(PAGE_SQL, poll_id, names, after, limit + 1)
    page = page_of(rows, limit, shape=lambda row: PublishedBallot(**row), key=lambda row: (row["receipt"],))
    return PublishedBallots(page.items, page.next_cursor)


async def found(caller: Caller | None, poll_id: UUID, receipt: str) -> PublishedBallot:
    """One line of that list, its receipt typed in whatever way. Raises NotFound, BallotsUnpublished."""
    names = await _names_shown(caller, poll_id)
    row = await fetchrow(FOUND_SQL, poll_id, names, receipt_read(receipt))
    if row is None:
        raise NotFound()
    return PublishedBallot(**row)


async def tally_of(poll: Mapping[str, Any]) -> Tally:
    """Counted now; one statement, none before anybody has voted. `poll` is a row with its `options` and `voted`."""
    if poll["voted"] == 0:
        return Tally(poll, [])
    return Tally(poll, await fetch(OWNERS_SQL if poll["counted_by"] == "owners" else PLAIN_SQL, poll["id"]))


async def _names_shown(caller: Caller | None, poll_id: UUID) -> bool:
    """Of a poll whose ballots are published: whether this reader is shown whose they are."""
    poll = await fetchrow(STATE_SQL, poll_id, *asker(caller))
    if poll is None:
        raise NotFound()
    if poll["state"] != "closed":
        raise BallotsUnpublished()
    return caller is not None and caller.may(READ, poll["community"])


def _chosen(options: Sequence[UUID], rows: Sequence[Record], *, first_only: bool = False) -> dict[str, int]:
    votes = {str(option): 0 for option in options}
    for row in rows:
        for option in row["choices"][: 1 if first_only else None]:
            votes[str(option)] += row["ballots"]
    return votes
