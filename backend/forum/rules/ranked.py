"""Instant runoff: a ballot counts for the best of its choices that is still in; who has fewest first choices leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Round(Generic[T]):
    """First choices of those still in, and who left after it; nobody after the last one."""

    votes: dict[T, int]
    eliminated: list[T]


def runoff(options: Sequence[T], ballots: Mapping[tuple[T, ...], int]) -> list[Round[T]]:
    """The rounds until one option has more than half of the ballots that still count, or all that are left have as
    many. `options` as listed, `ballots` how many ranked them so, best first.

    Options without any first choice leave together. Else one leaves: of several with fewest, who had fewest in the
    latest round in which they differ, and if they never did, who is listed last.
    """
    left = list(options)
    rounds: list[Round[T]] = []
    while True:
        votes = _first_choices(left, ballots)
        if _is_settled(votes):
            return [*rounds, Round(votes, [])]
        out = _leaving(votes, rounds, left)
        rounds.append(Round(votes, out))
        left = [option for option in left if option not in out]


def _first_choices(left: Sequence[T], ballots: Mapping[tuple[T, ...], int]) -> dict[T, int]:
    votes = dict.fromkeys(left, 0)
    for ranking, count in ballots.items():
        best = next((option for option in ranking if option in votes), None)
        if best is not None:
            votes[best] += count
    return votes


def _is_settled(votes: Mapping[T, int]) -> bool:
    most = max(votes.values())
    return 2 * most > sum(votes.values()) or min(votes.values()) == most


def _leaving(votes: Mapping[T, int], rounds: Sequence[Round[T]], left: Sequence[T]) -> list[T]:
    unchosen = [option for option in left if votes[option] == 0]
    if unchosen:
        return unchosen
    last = [option for option in left if votes[option] == min(votes.values())]
    for before in reversed(rounds):
        fewest = min(before.votes[option] for option in last)
        last = [option for option in last if before.votes[option] == fewest]
    return [last[-1]]
