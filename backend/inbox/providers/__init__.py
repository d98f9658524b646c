"""How a push leaves the house: one interface, one provider a vendor, chosen by the device's own `provider`.

A new vendor is one file here and one line in `table`. The vendors' libraries are heavy, so the worker alone imports
`table`; whoever sends asks `provider_for`.
"""

# tidy: allow rooms, because vendors are not of our domain, and no other domain talks to any

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from backend.core.clock import now

RETRY_AFTER_MOST_S = 24 * 3600
"""A push that is a day late is none."""
TURNS_AT_ONCE = 2
LOG = "log"
"""The provider of every device for which there is no other."""

Result = Literal["sent", "gone", "refused", "later", "unknown"]


class Target(msgspec.Struct, frozen=True):
    """One device. `address` is what it gave: a token, or a Web Push subscription as JSON."""

    device_id: UUID
    address: str


class Push(msgspec.Struct, frozen=True):
    """What a lock screen may show. `subject_id` only where what it opens is public."""

    item_id: UUID
    title: str
    body: str
    urgent: bool
    ttl_s: int
    subject_kind: str | None = None
    subject_id: UUID | None = None

    def data(self) -> dict[str, str]:
        """What the app needs in order to open the right page."""
        if self.subject_kind is None:
            return {"item_id": str(self.item_id)}
        return {
            "item_id": str(self.item_id),
            "subject_kind": self.subject_kind,
            "subject_id": str(self.subject_id),
        }


class Outcome(msgspec.Struct, frozen=True):
    """`gone`: this address reaches nobody any more. `refused`: this push never will. `later`: it was not taken, ask
    again. `unknown`: it may have been taken, nobody can say. `detail` is the vendor's own short code."""

    result: Result
    detail: str = ""
    retry_after_s: int = 0


class Provider(Protocol):
    name: str
    batch_most: int

    async def send(self, pushes: Sequence[tuple[Target, Push]]) -> list[Outcome]:
        """One outcome each, in their order, within CALL_MOST_S of `one_try`. Tries each once and never raises."""


def retry_after_s(header: str | None) -> int:
    """Seconds from a Retry-After header, be it a number or a date; 0 when there is none that one can read."""
    if header is None:
        return 0
    if header.isascii() and header.strip().isdigit():
        return min(int(header.strip()[:9]), RETRY_AFTER_MOST_S)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return 0
    return min(max(int((_aware(moment) - now()).total_seconds()), 0), RETRY_AFTER_MOST_S)


def use(providers: Iterable[Provider]) -> None:
    """Sets this process's providers; one of them must be LOG."""
    _in_use.clear()
    _in_use.update({provider.name: provider for provider in providers})
    _turns[:] = [asyncio.Semaphore(TURNS_AT_ONCE)]


def provider_for(name: str) -> Provider:
    return _in_use.get(name) or _in_use[LOG]


def sending_turn() -> asyncio.Semaphore:
    """Held while sending: more at once would only share the same line out among them."""
    return _turns[0]


_in_use: dict[str, Provider] = {}
_turns: list[asyncio.Semaphore] = []


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
