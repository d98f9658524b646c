"""What an author is told of a case, in one word that chooses the sentence."""

from collections.abc import Mapping
from typing import Any

TITLE_CHARS = 20
"""Of a body, where a thing has no title of its own."""
EXCERPT_CHARS = 120
"""Two lines of a list at the desk, three on a phone."""


def what_was_done(case: Mapping[str, Any]) -> str:
    """`hide`, `delete`, `lock`, `warn`, `mute`, `suspend`, or `keep` for what is back in sight."""
    return str(case["penalty"] or case["measure"] or "keep")


def is_hers_to_hear(case: Mapping[str, Any]) -> bool:
    """Of what was done to her or her words, and when what was out of sight is back; not of reports in vain.

    `was_shown`: when the case was opened.
    """
    out_of_sight = not case["was_shown"] or case["auto_hidden_at"] is not None
    return case["state"] == "decided" and (case["sanction"] is not None or out_of_sight)


def excerpt_of(body: str, most: int = TITLE_CHARS) -> str:
    """Its beginning on one line."""
    line = " ".join(body.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
