"""What a reader is shown of a notice, and what they may do next."""

from collections.abc import Mapping
from typing import Any, Literal

Verb = Literal["edit", "submit", "withdraw", "acknowledge"]

SHOWN = ("published", "expired")
"""States in which its audience sees it."""
WRITABLE = ("draft", "returned")
NOT_YET_OUT = ("draft", "submitted", "returned", "approved", "scheduled")

EXCERPT_CHARS = 80
"""Two lines under a title on a phone."""
ATTACHMENT_URL = "/notices/{notice}/attachments/{medium}"


def excerpt_of(body: str) -> str:
    """The body's beginning on one line, cut with an ellipsis."""
    line = " ".join(body.split())
    return line if len(line) <= EXCERPT_CHARS else line[: EXCERPT_CHARS - 1].rstrip() + "…"


def next_verbs(notice: Mapping[str, Any], *, own: bool, asked: bool) -> list[Verb]:
    """`own`: by its submitter; `asked`: it is addressed to the reader, who has not acknowledged this version."""
    verbs: list[Verb] = []
    if own and notice["state"] in WRITABLE:
        verbs += ["edit", "submit"]
    if own and notice["state"] in NOT_YET_OUT:
        verbs.append("withdraw")
    if asked and notice["state"] == "published" and notice["ack_required"]:
        verbs.append("acknowledge")
    return verbs
