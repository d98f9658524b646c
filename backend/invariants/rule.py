"""One thing that must hold of the data."""

from typing import NamedTuple


class Invariant(NamedTuple):
    """`offenders` selects one text column: enough to find each offending row, and nothing personal."""

    name: str
    rule: str
    offenders: str
