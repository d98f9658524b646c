"""Instant runoff and what a poll may be, beside plain models."""

from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.clock import now
from backend.core.errors import Invalid
from backend.forum.rules.polls import (
    BUILDING_ELECTORS_LEAST,
    POLL_LONGEST,
    POLL_SHORTEST,
    RECEIPT_DRAWN_CHARS,
    ballot_of,
    buildings_shown,
    receipt_read,
    receipt_words,
    terms_of,
)
from backend.forum.rules.ranked import Round, runoff
from backend.forum.schemas.polls import OPTIONS_MOST, PollCreate

OPTIONS = "ABCDE"
RANKINGS = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=5, unique=True).map(tuple)
IDS = [UUID(int=number) for number in range(1, 6)]


def naive(options: str, ballots: list[tuple[str, ...]]) -> list[tuple[dict[str, int], list[str]]]:
    """Ballot by ballot on paper: piles on a table, the smallest pile taken away and dealt out again."""
    rounds: list[tuple[dict[str, int], list[str]]] = []
    standing = list(options)
    for _ in count():
        piles: dict[str, list[tuple[str, ...]]] = {option: [] for option in standing}
        for ballot in ballots:
            still = [option for option in ballot if option in standing]
            if still:
                piles[still[0]].append(ballot)
        sizes = {option: len(pile) for option, pile in piles.items()}
        if max(sizes.values()) * 2 > sum(sizes.values()) or len(set(sizes.values())) == 1:
            return [*rounds, (sizes, [])]
        empty = [option for option in standing if not piles[option]]
        # Fewest now, then fewest in the round before, and so on back; last on the list if all were alike.
        history = [sizes, *(votes for votes, _ in reversed(rounds))]
        weakest = min(standing, key=lambda it: ([votes[it] for votes in history], -options.index(it)))
        out = empty or [weakest]
        rounds.append((sizes, out))
        standing = [option for option in standing if option not in out]
    raise AssertionError


@given(st.lists(RANKINGS, max_size=30))
def test_the_runoff_is_the_one_on_paper(ballots: list[tuple[str, ...]]) -> None:
    counted: dict[tuple[str, ...], int] = {}
    for ballot in ballots:
        counted[ballot] = counted.get(ballot, 0) + 1
    assert [(it.votes, it.eliminated) for it in runoff(OPTIONS, counted)] == naive(OPTIONS, ballots)


@given(st.lists(RANKINGS, min_size=1, max_size=30))
def test_a_runoff_ends_with_more_than_half_or_a_tie_of_all(ballots: list[tuple[str, ...]]) -> None:
    *_, last = runoff(OPTIONS, {ballot: ballots.count(ballot) for ballot in ballots})
    most = max(last.votes.values())
    assert 2 * most > sum(last.votes.values()) or set(last.votes.values()) == {most}
    assert last.eliminated == []


def test_second_choices_decide() -> None:
    ballots = {("A",): 4, ("B",): 3, ("C", "B"): 2}
    assert runoff("ABC", ballots) == [
        Round({"A": 4, "B": 3, "C": 2}, ["C"]),
        Round({"A": 4, "B": 5}, []),
    ]


def test_exactly_half_is_not_more_than_half() -> None:
    first, *rest = runoff("ABC", {("A",): 2, ("B",): 1, ("C",): 1})
    assert first.eliminated and rest


def test_no_ballots_are_a_tie() -> None:
    assert runoff("AB", {}) == [Round({"A": 0, "B": 0}, [])]


def asked(**fields: object) -> PollCreate:
    words = {"question": "装不装充电桩", "options": ["装", "不装", "再议"], "closes_at": now() + timedelta(days=7)}
    return PollCreate(**{**words, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"options": ["装", " 装 "]}, "options"),
        ({"options": ["A", "a"]}, "options"),
        ({"question": " \u200b 好 "}, "question"),
        ({"choices_most": 2}, "choices_most"),
        ({"method": "multiple", "choices_most": 4}, "choices_most"),
        ({"quorum": "ordinary"}, "quorum"),
        ({"quorum": "major", "counted_by": "home"}, "quorum"),
        ({"counted_by": "owners", "is_secret": True}, "is_secret"),
        ({"counted_by": "owners", "method": "ranked"}, "method"),
    ],
)
def test_a_poll_that_makes_no_sense_is_refused(fields: dict[str, object], field: str) -> None:
    terms_of(asked(), now())
    with pytest.raises(Invalid) as refused:
        terms_of(asked(**fields), now())
    assert [it.field for it in refused.value.fields] == [field]


def test_a_poll_is_open_for_an_hour_at_least_and_a_quarter_at_most() -> None:
    at, second = now(), timedelta(seconds=1)
    for closes_at, fits in (
        (at + POLL_SHORTEST, True),
        (at + POLL_SHORTEST - second, False),
        (at + POLL_LONGEST, True),
        (at + POLL_LONGEST + second, False),
    ):
        if fits:
            terms_of(asked(closes_at=closes_at), at)
        else:
            with pytest.raises(Invalid):
                terms_of(asked(closes_at=closes_at), at)


def test_as_many_choices_as_there_are_unless_fewer_are_said() -> None:
    assert terms_of(asked(method="multiple"), now()).choices_most == 3
    assert terms_of(asked(method="ranked", choices_most=2), now()).choices_most == 2
    assert terms_of(asked(), now()).choices_most == 1
    assert OPTIONS_MOST == 20


def test_a_secret_poll_shows_nothing_before_it_closes() -> None:
    assert terms_of(asked(is_secret=True, results="live"), now()).results == "closed"


@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=6), st.integers(1, 5), st.booleans())
def test_a_ballot_is_some_of_the_options_each_once(choices: list[UUID], most: int, ranked: bool) -> None:
    method = "ranked" if ranked else "multiple"
    fits = len(set(choices)) == len(choices) <= most
    if not fits:
        with pytest.raises(Invalid):
            ballot_of(method, most, IDS, choices)
        return
    stored = ballot_of(method, most, IDS, choices)
    assert stored == (choices if ranked else sorted(choices))


def test_an_option_of_another_poll_is_no_choice() -> None:
    with pytest.raises(Invalid):
        ballot_of("single", 1, IDS[:2], [IDS[2]])


@given(st.dictionaries(st.one_of(st.none(), st.sampled_from(IDS)), st.integers(0, 40)))
def test_nobody_can_be_found_by_taking_the_shown_from_the_whole(ballots: dict[UUID | None, int]) -> None:
    shown = buildings_shown(ballots)
    assert all(ballots[building] >= BUILDING_ELECTORS_LEAST for building in shown)
    rest = sum(count for building, count in ballots.items() if building not in shown)
    assert not shown or rest == 0 or rest >= BUILDING_ELECTORS_LEAST


def test_a_building_is_shown_from_ten_ballots_on() -> None:
    one, two, three = IDS[:3]
    assert buildings_shown({one: BUILDING_ELECTORS_LEAST}) == {one}
    assert buildings_shown({one: BUILDING_ELECTORS_LEAST - 1}) == set()
    # Nine of a small building would be the whole less the shown ones: the smaller of those is kept back with them.
    assert buildings_shown({one: 30, two: 12, None: BUILDING_ELECTORS_LEAST - 1}) == {one}
    assert buildings_shown({one: 30, two: 12, None: BUILDING_ELECTORS_LEAST}) == {one, two}
    assert buildings_shown({one: 30, two: 12, three: 0}) == {one, two}


@given(st.binary(min_size=RECEIPT_DRAWN_CHARS, max_size=RECEIPT_DRAWN_CHARS))
def test_a_receipt_is_read_however_it_is_typed(drawn: bytes) -> None:
    receipt = receipt_words(drawn)
    assert len(receipt) == 14 and receipt.count("-") == 2
    for typed in (receipt.lower(), receipt.replace("-", ""), f" {receipt.replace('0', 'o').replace('1', 'l')} "):
        assert receipt_read(typed) == receipt
