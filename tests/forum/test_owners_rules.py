"""Civil Code, article 278, in whole numbers: exactly two thirds, exactly half, exactly three quarters."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forum.rules.quorum import Votes, Weight, carried, enough_took_part, weigh
from backend.forum.schemas.polls import Quorum

YES, NO, MAYBE = (UUID(int=number) for number in (1, 2, 3))
OWNERS = [UUID(int=number) for number in range(10, 16)]
HOMES = st.lists(
    st.tuples(
        st.sampled_from(OWNERS),
        st.lists(st.sampled_from([YES, NO, MAYBE]), min_size=1, max_size=3, unique=True),
        st.integers(0, 2_000_000),
    ),
    max_size=20,
)
"""Each home: whose it is, what it voted, how large it is."""
Home = tuple[UUID, list[UUID], int]


def counted(homes: list[Home]) -> list[Votes]:
    """As the database hands them over: owners of one home together, where they voted alike."""
    several = {owner for owner, _, _ in homes if sum(it[0] == owner for it in homes) > 1}
    votes = [Votes(owner, choices, 1, area) for owner, choices, area in homes if owner in several]
    alone = [(tuple(choices), area) for owner, choices, area in homes if owner not in several]
    for said in {choices for choices, _ in alone}:
        areas = [area for choices, area in alone if choices == said]
        votes.append(Votes(None, said, len(areas), sum(areas)))
    return votes


@pytest.mark.parametrize(
    ("owners", "area", "enough"),
    [(2, 200, True), (2, 199, False), (1, 300, False), (3, 200, True), (0, 0, False)],
)
def test_two_thirds_of_both_take_part(owners: int, area: int, enough: bool) -> None:
    assert enough_took_part(Weight(owners, area), Weight(3, 300)) is enough


@pytest.mark.parametrize(
    ("quorum", "owners", "area", "passes"),
    [
        ("ordinary", 51, 5_001, True),
        ("ordinary", 50, 5_001, False),
        ("ordinary", 51, 5_000, False),
        ("major", 75, 7_500, True),
        ("major", 74, 7_500, False),
        ("major", 75, 7_499, False),
    ],
)
def test_what_a_matter_needs_of_those_taking_part(quorum: Quorum, owners: int, area: int, passes: bool) -> None:
    part, whole = Weight(100, 10_000), Weight(150, 15_000)
    assert carried(quorum, part, whole, {YES: Weight(owners, area)}) == ([YES] if passes else [])


def test_nothing_is_carried_when_too_few_took_part() -> None:
    everybody = {YES: Weight(99, 9_999)}
    assert carried("ordinary", Weight(99, 9_999), Weight(150, 15_000), everybody) == []
    assert carried("ordinary", Weight(100, 10_000), Weight(150, 15_000), everybody) == [YES]


def test_an_owner_of_three_homes_is_one_owner() -> None:
    one, two = OWNERS[:2]
    part, weights = weigh(counted([(one, [YES], 100), (one, [YES], 100), (one, [NO], 50), (two, [NO], 10)]))
    assert part == Weight(2, 260)
    # Who voted for both is counted as a person for neither; the areas are counted where they were cast.
    assert weights == {YES: Weight(0, 200), NO: Weight(1, 60)}


@given(HOMES)
def test_the_weights_are_those_of_a_list_on_paper(homes: list[Home]) -> None:
    part, weights = weigh(counted(homes))
    owners = {owner for owner, _, _ in homes}
    assert part == Weight(len(owners), sum(area for _, _, area in homes))
    for option in (YES, NO, MAYBE):
        agreed = [it for it in owners if all(option in choices for owner, choices, _ in homes if owner == it)]
        area = sum(area for _, choices, area in homes if option in choices)
        assert weights.get(option, Weight()) == Weight(len(agreed), area)


@given(HOMES, st.integers(0, 6), st.integers(0, 20_000_000), st.sampled_from(["ordinary", "major"]))
def test_what_is_carried_is_what_fractions_say(homes: list[Home], others: int, other_area: int, quorum: Quorum) -> None:
    part, weights = weigh(counted(homes))
    whole = Weight(part.owners + others, part.area + other_area)

    def share(some: int, all_of: int) -> Fraction:
        return Fraction(some, all_of) if all_of else Fraction(0)

    pairs = (share(part.owners, whole.owners), share(part.area, whole.area))
    expected = []
    for option, weight in weights.items():
        chosen = (share(weight.owners, part.owners), share(weight.area, part.area))
        over = all(it >= Fraction(3, 4) if quorum == "major" else it > Fraction(1, 2) for it in chosen)
        if all(it >= Fraction(2, 3) for it in pairs) and over:
            expected.append(option)
    assert carried(quorum, part, whole, weights) == expected
