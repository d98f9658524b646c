"""The 18-digit resident identity number (GB 11643-1999): region, date of birth, sequence, check digit."""

import unicodedata
from datetime import date

import msgspec
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from backend.identity.errors import GuardianNeeded, IdNumberInvalid

GUARDIAN_BELOW_YEARS = 14
SHOWN_ENDS = 1


class IdNumber(msgspec.Struct, frozen=True):
    """A checked number and what it tells."""

    number: str
    birth_date: date
    sex: str


def read_id_number(text: str, *, on: date) -> IdNumber:
    """Takes full-width digits, spaces and a small x. Raises IdNumberInvalid, and GuardianNeeded under 14 on that day."""
    number = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if not number.isascii():
        raise IdNumberInvalid()
    try:
        ric.validate(number)
        born = ric.get_birth_date(number)
    except (ValidationError, ValueError):
        raise IdNumberInvalid() from None
    if born > on:
        raise IdNumberInvalid()
    if age_on(born, on) < GUARDIAN_BELOW_YEARS:
        raise GuardianNeeded()
    return IdNumber(number, born, "M" if int(number[16]) % 2 else "F")


def age_on(born: date, on: date) -> int:
    """Full years by the calendar; who is born on 29 February turns a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def mask_id_number(number: str) -> str:
    """`3****************X`."""
    return number[:SHOWN_ENDS] + "*" * (len(number) - 2 * SHOWN_ENDS) + number[-SHOWN_ENDS:]
