"""Ballots: counted, and published when their poll has closed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.database import fetch
from backend.forum.rules.polls import buildings_shown
from backend.forum.rules.quorum import (
    TAKING_PART,
    HomeVote,
    Weight,
    approval_needed,
    carried,
    enough_took_part,
    weigh,
)
from backend.forum.rules.ranked import runoff
from backend.forum.schemas.polls import BuildingResult, OptionOut, QuorumOut, RoundOut
from backend.identity.queries.places import PLACE_NAME

CM2_PER_M2 = 10_000

# Ballots that say the same are one row; of owners each owner's are.
COUNT_SQL = f"""
SELECT it.*, {PLACE_NAME.format(which="it.building")} AS name
FROM (SELECT CASE WHEN $2 THEN coalesce(owner, id) END AS who, choices, building, count(*)::int AS ballots,
             sum(area_cm2)::bigint AS area
      FROM poll_ballot WHERE poll = $1 GROUP BY 1, 2, 3) AS it
ORDER BY it.who, it.choices, it.building
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
            _, weights = self._weighed()
            return [
                OptionOut(id, text, weights.get(id, Weight()).owners, weights.get(id, Weight()).area / CM2_PER_M2)
                for id, text in self._poll["options"]
            ]
        last = self.rounds()[-1].votes if self._is_ranked else _chosen(self._options, self._rows)
        return [OptionOut(id, text, last.get(str(id), 0), None) for id, text in self._poll["options"]]

    def rounds(self) -> list[RoundOut]:
        """Of a ranked poll; of another none."""
        if not self._is_ranked:
            return []
        rankings: dict[tuple[UUID, ...], int] = {}
        for row in self._rows:
            ranking = tuple(row["choices"])
            rankings[ranking] = rankings.get(ranking, 0) + row["ballots"]
        return [
            RoundOut({str(option): count for option, count in it.votes.items()}, list(it.eliminated))
            for it in runoff(self._options, rankings)
        ]

    def quorum(self) -> QuorumOut | None:
        """Of a poll with a quorum."""
        kind = self._poll["quorum"]
        if kind == "none":
            return None
        part, weights = self._weighed()
        whole = Weight(self._poll["owners"], self._poll["area_cm2"])
        return QuorumOut(
            owners_share=part.owners / whole.owners,
            area_share=part.area / whole.area,
            needed_share=float(TAKING_PART),
            met=enough_took_part(part, whole),
            approval_needed=float(approval_needed(kind)),
            carried=[option for option in self._options if option in carried(kind, part, whole, weights)],
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

    def _weighed(self) -> tuple[Weight, dict[UUID, Weight]]:
        # An owner's homes that voted alike are one row: alike is all that matters.
        return weigh(HomeVote(row["who"], row["choices"], row["area"]) for row in self._rows)


async def tally_of(poll: Mapping[str, Any]) -> Tally:
    """Counted now; one statement. `poll` is a row with its `options`."""
    return Tally(poll, await fetch(COUNT_SQL, poll["id"], poll["counted_by"] == "owners"))


def _chosen(options: Sequence[UUID], rows: Sequence[Record], *, first_only: bool = False) -> dict[str, int]:
    votes = {str(option): 0 for option in options}
    for row in rows:
        for option in row["choices"][: 1 if first_only else None]:
            votes[str(option)] += row["ballots"]
    return votes
