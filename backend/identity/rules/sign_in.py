"""Limits of signing in, each with its reason."""

from datetime import timedelta

import phonenumbers

from backend.core.limits import StrictLimit
from backend.identity.errors import PhoneInvalid

CODE_DIGITS = 6
"""What people are used to typing from a message."""
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
"""Of a million codes five may be guessed: 1 in 200,000 per code sent."""
RESEND_AFTER_S = 60
"""Messages take up to a minute; who is impatient would use the newest code up with the older one."""
DAY_S = 24 * 3600  # a day
CODES_PER_PHONE = StrictLimit("codes_per_phone", times=5, per_s=DAY_S)
"""Text messages cost money and wake people."""
CODES_PER_ADDRESS = StrictLimit("codes_per_address", times=20, per_s=DAY_S)
"""A household shares an address; a script that floods phones does too."""
DEMO_PHONES = "+86138000000"
"""What the demo's invented people's phones begin with. No message goes there and visitors try them all, so in demo
mode the limits of a day don't hold for them; all other limits do, and for all other phones every one."""
ACCESS_TOKEN_S = 600
"""A stolen one is of use for ten minutes, and not at all once its session has ended."""
REFRESH_LIFE = timedelta(days=90)
"""An elder who opens the app once a season stays signed in."""
ENDED_SESSIONS_SHOWN = timedelta(days=30)
REGION = "CN"
CALLING_CODES = frozenset({86, 852, 853, 886})
"""Texts to other countries cost ten times as much and are what number farms are after."""


def parse_phone(text: str) -> str:
    """The number in E.164, such as `+8613800000011`. Raises PhoneInvalid."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        raise PhoneInvalid() from None
    served = number.country_code in CALLING_CODES
    if not (served and phonenumbers.is_valid_number(number) and _takes_texts(number)):
        raise PhoneInvalid()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask_phone(e164: str) -> str:
    """`138****0011`: enough to know one's own, too little to call."""
    local = e164.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}"


def _takes_texts(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.number_type(number) in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
