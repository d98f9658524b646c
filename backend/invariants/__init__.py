"""What must hold of the data at any moment, as SQL that finds the rows where it doesn't.

`linli check-invariants` asks all of them in one snapshot, in tests after every fault and in production.
A domain adds its own here; each has a seeded defect in the tests that it must catch.
"""

from backend.invariants.forum import FORUM
from backend.invariants.moderation import MODERATION
from backend.invariants.neighbourhood import NEIGHBOURHOOD
from backend.invariants.polls import POLLS
from backend.invariants.rule import Invariant

__all__ = ["INVARIANTS", "Invariant"]

INVARIANTS: tuple[Invariant, ...] = (*NEIGHBOURHOOD, *FORUM, *POLLS, *MODERATION)
