"""Owners' votes as the Civil Code, article 278, counts them: by floor area and by owners, both in whole numbers.

Two thirds of both have to take part. An ordinary matter needs more than half of both of those taking part, a major
one (raising or spending the maintenance fund, rebuilding, using the common parts for business) three quarters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from backend.forum.schemas.polls import Quorum

TAKING_PART = Fraction(2, 3)
MORE_THAN_HALF = Fraction(1, 2)
THREE_QUARTERS = Fraction(3, 4)


@dataclass(frozen=True)
class Weight:
    """Of owners and of floor area (cm²)."""

    owners: int = 0
    area: int = 0


@dataclass(frozen=True)
class Votes:
    """Homes that voted the same. `owner`: theirs, who has others as well; null: each home's owner has no other."""

    owner: UUID | None
    choices: Sequence[UUID]
    homes: int
    area: int


def approval_needed(quorum: Quorum) -> Fraction:
    """The share of those taking part; of an ordinary matter more than it."""
    return THREE_QUARTERS if quorum == "major" else MORE_THAN_HALF


def weigh(votes: Iterable[Votes]) -> tuple[Weight, dict[UUID, Weight]]:
    """Who took part, and what each chosen option weighs.

    An owner of several homes is one owner, and is counted for what all of their homes chose; each home's area counts
    for what that home chose.
    """
    owners_part = area_part = 0
    owners: dict[UUID, int] = {}
    area: dict[UUID, int] = {}
    common: dict[UUID, set[UUID]] = {}
    for vote in votes:
        area_part += vote.area
        for option in vote.choices:
            area[option] = area.get(option, 0) + vote.area
        if vote.owner is None:
            owners_part += vote.homes
            _add(owners, vote.choices, vote.homes)
        else:
            common[vote.owner] = common.get(vote.owner, set(vote.choices)) & set(vote.choices)
    for chosen in common.values():
        _add(owners, chosen, 1)
    weights = {option: Weight(owners.get(option, 0), area[option]) for option in area}
    return Weight(owners_part + len(common), area_part), weights


def enough_took_part(part: Weight, whole: Weight) -> bool:
    """Two thirds of owners and of area, exactly two thirds being enough (以上 includes the number)."""
    return _reaches(part.owners, whole.owners) and _reaches(part.area, whole.area)


def carried(quorum: Quorum, part: Weight, whole: Weight, weights: Mapping[UUID, Weight]) -> list[UUID]:
    """The options that enough of those taking part chose; none when too few took part."""
    if not enough_took_part(part, whole):
        return []
    return [option for option, weight in weights.items() if _approves(quorum, weight, part)]


def _reaches(part: int, whole: int) -> bool:
    return whole > 0 and Fraction(part, whole) >= TAKING_PART


def _approves(quorum: Quorum, weight: Weight, part: Weight) -> bool:
    shares = (Fraction(weight.owners, part.owners), Fraction(weight.area, part.area))
    needed = approval_needed(quorum)
    return all(share >= needed if quorum == "major" else share > needed for share in shares)


def _add(owners: dict[UUID, int], options: Iterable[UUID], count: int) -> None:
    for option in options:
        owners[option] = owners.get(option, 0) + count
