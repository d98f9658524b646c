"""What a poll may be, who sees its results when, and what of a building hides who voted how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core.errors import FieldError, Invalid
from backend.core.flow import Flow, Move
from backend.core.text import clean_line
from backend.forum.schemas.polls import OPTION_MAX_CHARS, QUESTION_MAX_CHARS, Method, PollCreate
from backend.forum.tables.polls import Poll

POLL_SHORTEST = timedelta(hours=1)
"""Shorter, and only who happens to look at the phone takes part."""
POLL_LONGEST = timedelta(days=92)
"""A vote of owners goes from door to door for two months; what is open for longer is forgotten."""
BUILDING_ELECTORS_LEAST = 10
"""Of fewer, neighbours who talk to each other work out what one of them voted."""
RECEIPT_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is read as a digit on paper."""
RECEIPT_DRAWN_CHARS = 12
"""60 bits, in groups of four: a receipt is copied by hand, and can't be found by trying."""
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})

FLOW = Flow(
    name="poll",
    table=Poll,
    initial="open",
    # The service tells that it closed: there ballots are shuffled first.
    moves=(
        Move("close", ("open",), "closed", "opener, moderator or clock"),
        Move("cancel", ("open",), "cancelled", "opener, moderator or who takes its thread back"),
    ),
)


@dataclass(frozen=True)
class Terms:
    """A poll as it will be stored."""

    question: str
    options: list[str]
    choices_most: int
    results: str
    places: list[UUID]


def terms_of(data: PollCreate, at: datetime) -> Terms:
    """Cleaned. Raises Invalid."""
    question = clean_line(data.question, field="question", least=2, most=QUESTION_MAX_CHARS)
    options = [clean_line(text, field="options", least=1, most=OPTION_MAX_CHARS) for text in data.options]
    if len({text.casefold() for text in options}) < len(options):
        raise Invalid(fields=[FieldError("options", "field.value")])
    if not at + POLL_SHORTEST <= data.closes_at <= at + POLL_LONGEST:
        raise Invalid(fields=[FieldError("closes_at", "field.range")])
    if data.choices_most > (1 if data.method == "single" else len(options)):
        raise Invalid(fields=[FieldError("choices_most", "field.range")])
    if data.counted_by == "owners" and (data.is_secret or data.method == "ranked"):
        # Who weighs what is public, so a weighed ballot is nobody's secret; the code weighs options, not ranks.
        raise Invalid(fields=[FieldError("is_secret" if data.is_secret else "method", "field.value")])
    if data.quorum != "none" and data.counted_by != "owners":
        raise Invalid(fields=[FieldError("quorum", "field.value")])
    # One, the default, of a poll that takes several means all of them.
    most = data.choices_most if data.method == "single" or data.choices_most > 1 else len(options)
    return Terms(question, options, most, "closed" if data.is_secret else data.results, sorted(set(data.place_ids)))


def ballot_of(method: Method, choices_most: int, options: Sequence[UUID], choices: Sequence[UUID]) -> list[UUID]:
    """The choices as they are stored: ranked as given, else in the order of the options, so that the order in which
    somebody tapped tells nothing. Raises Invalid."""
    if len(set(choices)) < len(choices):
        raise Invalid(fields=[FieldError("choices", "field.value")])
    if not set(choices) <= set(options):
        raise Invalid(fields=[FieldError("choices", "field.value")])
    if not 1 <= len(choices) <= choices_most:
        raise Invalid(fields=[FieldError("choices", "field.range")])
    return list(choices) if method == "ranked" else [option for option in options if option in choices]


def shows_results(poll: Mapping[str, Any], *, has_voted: bool) -> bool:
    """Whether one who has voted, or has not, sees how many chose what."""
    if poll["state"] != "open":
        return bool(poll["state"] == "closed")
    return not poll["is_secret"] and (poll["results"] == "live" or poll["results"] == "voted" and has_voted)


def is_open(poll: Mapping[str, Any], at: datetime) -> bool:
    """Until its last moment, whether or not the clock has come round to close it."""
    return bool(poll["state"] == "open" and at < poll["closes_at"])


def buildings_shown(ballots: Mapping[UUID | None, int]) -> set[UUID]:
    """Of which buildings results are shown, by their ballots (None: of no or a small building).

    At least BUILDING_ELECTORS_LEAST ballots in each, and as many or none in all that are not shown together: what is
    left when the shown ones are taken from the whole must hide a neighbour, too.
    """
    shown = {key for key, count in ballots.items() if key is not None and count >= BUILDING_ELECTORS_LEAST}
    rest = sum(count for key, count in ballots.items() if key not in shown)
    for key in sorted(shown, key=lambda it: (ballots[it], it)):
        if rest == 0 or rest >= BUILDING_ELECTORS_LEAST:
            break
        shown.remove(key)
        rest += ballots[key]
    return shown


def receipt_words(drawn: bytes) -> str:
    """Three groups of four, from RECEIPT_DRAWN_CHARS random bytes."""
    letters = "".join(RECEIPT_ALPHABET[byte % len(RECEIPT_ALPHABET)] for byte in drawn[:RECEIPT_DRAWN_CHARS])
    return "-".join(letters[at : at + 4] for at in range(0, RECEIPT_DRAWN_CHARS, 4))


def receipt_read(typed: str) -> str:
    """A receipt as it was meant, in whatever case, with or without dashes, with the letters that look like digits."""
    letters = typed.upper().translate(MISREAD)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
