"""The number's check digit, dates and ages; and the age at which one applies for oneself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.identity.errors import GuardianNeeded, IdNumberInvalid
from backend.identity.rules.id_number import age_on, mask_id_number, read_id_number
from tests.house import WEIGHTS, id_number

ON = date(2026, 11, 21)


def test_a_number_tells_birth_date_and_sex() -> None:
    read = read_id_number(id_number("19800229", 12), on=ON)
    assert (read.birth_date, read.sex) == (date(1980, 2, 29), "F")
    assert read_id_number(id_number("19800229", 13), on=ON).sex == "M"


@given(st.dates(date(1900, 1, 1), date(2010, 1, 1)), st.integers(1, 999))
def test_every_well_made_number_is_read(born: date, sequence: int) -> None:
    number = id_number(f"{born:%Y%m%d}", sequence)
    read = read_id_number(number.lower(), on=ON)
    assert (read.number, read.birth_date) == (number, born)


@given(st.integers(1, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_digit_wrong_is_caught(sequence: int, place: int, shift: int) -> None:
    number = id_number("19800102", sequence)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    # The check digit weighs each place by a number prime to 11, so no single change can keep the sum.
    with pytest.raises((IdNumberInvalid, GuardianNeeded)) as refused:
        read_id_number(wrong, on=ON)
    assert refused.type is IdNumberInvalid


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read_id_number(text, on=ON)
    except (IdNumberInvalid, GuardianNeeded):
        return
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2012, 11, 21), date(2026, 11, 20), 13),
        (date(2012, 11, 21), date(2026, 11, 21), 14),
    ],
)
def test_birthdays(born: date, on: date, years: int) -> None:
    assert age_on(born, on) == years
    number = id_number(f"{born:%Y%m%d}")
    if years < 14:
        with pytest.raises(GuardianNeeded):
            read_id_number(number, on=on)
    else:
        assert read_id_number(number, on=on).birth_date == born


def test_the_mask_shows_the_ends_alone() -> None:
    number = id_number()
    assert mask_id_number(number) == number[0] + "*" * 16 + number[-1]
    assert len(WEIGHTS) == 17
