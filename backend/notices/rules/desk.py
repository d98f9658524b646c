"""What somebody at the desk may do next with a notice, and what is missing before it may be published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from backend.notices.rules.flow import FLOW
from backend.notices.rules.writing import has_two

DeskVerb = Literal["edit", "approve", "second", "return", "schedule", "publish", "withdraw", "remind"]
Missing = Literal["second", "quota", "own"]


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
    if may_edit(notice, hand):
        able.append("edit")
    if another and state == "submitted":
        able += ["approve", "return"]
    if another and state == "approved" and wants_second(notice) and notice["approved_by"] != hand.account:
        able.append("second")
    if hand.publishes and not lacking and waits_for_publishing(notice):
        able += ["publish"] if state == "scheduled" else ["schedule", "publish"]
    if (own and state in FLOW.by_name["withdraw"].sources) or (
        hand.reviews and state in FLOW.by_name["take_down"].sources
    ):
        able.append("withdraw")
    if hand.reminds and state == "published":
        able.append("remind")
    return able


def waits_for_publishing(notice: Mapping[str, Any]) -> bool:
    """It could be published next: news from the draft, a notice once it is approved."""
    state = notice["state"]
    return state in FLOW.by_name["publish"].sources and not (state == "draft" and notice["stream"] == "notice")


def may_edit(notice: Mapping[str, Any], hand: Hand) -> bool:
    """Its writer in a draft, a reviewer what was handed in; what is published the desk, news their writers too."""
    state, own = notice["state"], notice["submitter"] == hand.account
    if state in ("draft", "returned"):
        return own
    if state in ("submitted", "approved"):
        return hand.reviews and not own
    if state != "published" or (own and notice["stream"] == "notice"):
        return False
    return hand.reviews and (notice["priority"] != "urgent" or hand.decides_urgent)


def wants_second(notice: Mapping[str, Any]) -> bool:
    """One pair of eyes has approved an urgent one; a second may."""
    return notice["priority"] == "urgent" and notice["seconded_by"] is None
