"""The 18-digit resident identity number (GB 11643-1999): region, date of birth, sequence, check digit."""

import re
import unicodedata
from datetime import date

import msgspec
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from backend.identity.errors import GuardianNeeded, IdNumberInvalid

GUARDIAN_BELOW_YEARS = 14
"""Personal Information Protection Law, article 31."""
SHOWN_ENDS = 1
"""Characters of a masked number that stay: enough to see which of two cards it was."""
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


class IdNumber(msgspec.Struct, frozen=True):
    """A checked number and what it tells."""

    number: str
    birth_date: date
    sex: str


def read_id_number(text: str, *, on: date) -> IdNumber:
    """Takes full-width digits, spaces, a small x. Raises IdNumberInvalid, and GuardianNeeded under 14 on that day."""
    number = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if not _SHAPE.fullmatch(number) or number[-1] != ric.calc_check_digit(number) or not _region_known(number):
        raise IdNumberInvalid()
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
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


def _region_known(number: str) -> bool:
    """Whether the region code was ever in use.

    Not `ric.validate`: it asks whether the region existed in the year of birth, but numbers were first given out in
    1984, by the regions of that day, and it would turn most elders away.
    """
    return any(properties for _, properties in numdb.get("cn/loc").info(number[:6]))
