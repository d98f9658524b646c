"""What somebody at the desk may do next with a notice, and what is missing before it may be published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from backend.notices.rules.flow import FLOW
from backend.notices.rules.reading import WRITABLE

DeskVerb = Literal["edit", "approve", "second", "return", "schedule", "publish", "withdraw", "remind"]
Missing = Literal["second", "quota", "own"]
Refusal = Literal["state", "own", "urgent"]


@dataclass(frozen=True)
class Hand:
    """Somebody at the desk, with their rights over one notice."""

    account: UUID
    reviews: bool
    publishes: bool
    decides_urgent: bool
    reminds: bool


def missing(notice: Mapping[str, Any], hand: Hand, *, urgent_left: int) -> list[Missing]:
    """What keeps this hand from publishing it; one that is scheduled has its place in the month already."""
    urgent = notice["priority"] == "urgent"
    found: list[Missing] = []
    if notice["stream"] == "notice" and notice["submitter"] == hand.account:
        found.append("own")
    if urgent and not hand.decides_urgent and not has_two(notice, hand.account):
        found.append("second")
    if urgent and urgent_left <= 0 and notice["state"] != "scheduled":
        found.append("quota")
    return found


def next_moves(notice: Mapping[str, Any], hand: Hand, lacking: list[Missing]) -> list[DeskVerb]:
    state, own = notice["state"], notice["submitter"] == hand.account
    another = hand.reviews and not own
    able: list[DeskVerb] = []
    if edit_refusal(notice, hand) is None:
        able.append("edit")
    if another and state == "submitted":
        able += ["approve", "return"]
    if another and wants_second(notice) and notice["approved_by"] != hand.account:
        able.append("second")
    if hand.publishes and not lacking and waits_for_publishing(notice):
        able += ["publish"] if state == "scheduled" else ["schedule", "publish"]
    if (own and state in FLOW.by_name["withdraw"].sources) or (
        hand.publishes and state in FLOW.by_name["take_down"].sources
    ):
        able.append("withdraw")
    if hand.reminds and state == "published":
        able.append("remind")
    return able


def waits_for_publishing(notice: Mapping[str, Any]) -> bool:
    """It could be published next: news from the draft, a notice once it is approved."""
    state = notice["state"]
    return state in FLOW.by_name["publish"].sources and not (state == "draft" and notice["stream"] == "notice")


def edit_refusal(notice: Mapping[str, Any], hand: Hand) -> Refusal | None:
    """A draft is its writer's, what was handed in a reviewer's, what is out the desk's; None: may be changed."""
    state, own = notice["state"], notice["submitter"] == hand.account
    if state in WRITABLE:
        return None if own else "state"
    may = hand.publishes if state == "published" else hand.reviews and state in ("submitted", "approved")
    if not may:
        return "state"
    if own and (state != "published" or notice["stream"] == "notice"):
        return "own"
    # Two have answered for what rang; one alone may not make it say something else.
    return "urgent" if state == "published" and notice["priority"] == "urgent" and not hand.decides_urgent else None


def has_two(notice: Mapping[str, Any], publisher: UUID) -> bool:
    """Whether two of the staff answer for an urgent one: who approved, seconded, publishes; news have staff writers."""
    answering = {notice["approved_by"], notice["seconded_by"], publisher}
    if notice["stream"] == "news":
        answering.add(notice["submitter"])
    return len(answering - {None}) > 1


def wants_second(notice: Mapping[str, Any]) -> bool:
    """One pair of eyes has approved an urgent one; a second may."""
    return notice["state"] == "approved" and notice["priority"] == "urgent" and notice["seconded_by"] is None
