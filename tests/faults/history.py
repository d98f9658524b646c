"""What every client asked and what it was told: the only witness that a checker believes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Outcome = Literal["running", "ok", "refused", "unsent", "unknown"]
"""ok: acknowledged. refused: a definite no. unsent: nobody listened. unknown: it may have happened."""


@dataclass
class Call:
    """One request. `key` is its Idempotency-Key, or what else makes a repetition the same request."""

    who: str
    what: str
    key: str
    began: float
    ended: float = 0.0
    outcome: Outcome = "running"
    status: int | None = None

    @property
    def is_error(self) -> bool:
        return self.outcome in ("unsent", "unknown")


@dataclass
class Promise:
    """What one applicant was told, step by step; nothing is written here that wasn't acknowledged."""

    phone: str
    account: UUID | None = None
    session: UUID | None = None
    access_token: str = ""
    key: UUID | None = None
    application: UUID | None = None
    claimed: bool = False
    approved: bool = False
    nickname: str | None = None


@dataclass
class History:
    calls: list[Call] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)

    @contextmanager
    def call(self, who: str, what: str, key: str) -> Iterator[Call]:
        noted = Call(who, what, key, time.monotonic())
        self.calls.append(noted)
        try:
            yield noted
        finally:
            noted.ended = time.monotonic()

    @property
    def acknowledged(self) -> int:
        return sum(call.outcome == "ok" for call in self.calls)

    @property
    def approved(self) -> int:
        return sum(promise.approved for promise in self.promises)

    def errors_between(self, begin: float, end: float) -> list[Call]:
        return [call for call in self.calls if call.is_error and begin <= call.ended < end]

    def acknowledged_between(self, begin: float, end: float) -> int:
        return sum(call.outcome == "ok" and begin <= call.ended < end for call in self.calls)

    def retried_unknowns(self) -> int:
        """Requests that were asked again after nobody could say whether they had happened."""
        unknown = {(call.who, call.what, call.key) for call in self.calls if call.outcome == "unknown"}
        return sum((call.who, call.what, call.key) in unknown for call in self.calls if call.outcome == "ok")
