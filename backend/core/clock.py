"""The only source of the present moment, so that a test can move it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_now: Callable[[], datetime] = lambda: datetime.now(UTC)


def now() -> datetime:
    """Aware, in UTC."""
    return _now()


def today(zone: str = "Asia/Shanghai") -> date:
    """The calendar day where the community lives: ages and leases turn at its midnight, not at UTC's."""
    return now().astimezone(ZoneInfo(zone)).date()


def set_clock(source: Callable[[], datetime] | None) -> None:
    """Replaces the clock of this process; None puts the real one back."""
    global _now
    _now = source or (lambda: datetime.now(UTC))
