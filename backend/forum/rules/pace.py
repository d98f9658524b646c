"""How quickly a neighbour may write. Staff and members of organisations are at work there and not held to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from backend.core.auth import Caller
from backend.forum.errors import FirstDayUsedUp, SaidAlready, SlowMode, TooSoon

Written = Literal["thread", "reply"]

NEW_FOR = timedelta(hours=24)
"""How long an account is new: whoever comes to advertise is seen through by then."""
FIRST_DAY_MOST: dict[Written, int] = {"thread": 3, "reply": 10}
"""Enough to say hello and ask what one came for."""
NEW_SPACING_S: dict[Written, int] = {"thread": 120, "reply": 30}
"""Of a new account: somebody reads what it wrote before it writes again."""
SPACING_S: dict[Written, int] = {"thread": 15, "reply": 5}
"""Of everybody else: no slower than people type, too slow for a script."""
SAME_WORDS_S = 300
"""The same text again within that time is a slip of the thumb, or an advertisement."""

AT_WORK = ("worker", "moderator", "committee_admin", "org_member")
"""Roles whose holders write because it is their work."""


def is_unhurried(caller: Caller, community_id: UUID, *, scale: float) -> bool:
    """Whether the caller need not wait between two posts. `scale` as settings().rate_scale: 0 asks nobody to."""
    return scale == 0 or is_at_work(caller, community_id)


def is_at_work(caller: Caller, community_id: UUID) -> bool:
    return any(it.community_id == community_id and it.role in AT_WORK for it in caller.grants)


def check_pace(written: Written, row: Mapping[str, Any], *, at: datetime, scale: float) -> None:
    """Of a neighbour's `row` with access.WRITER's columns. Raises SaidAlready, FirstDayUsedUp, TooSoon."""
    if row["said_already"]:
        raise SaidAlready()
    if scale == 0:
        return
    is_new = at - row["joined_at"] < NEW_FOR
    if is_new and row["wrote_count"] >= FIRST_DAY_MOST[written] * scale:
        wait_s = _seconds(row["joined_at"] + NEW_FOR - at)
        raise FirstDayUsedUp(retry_after_s=wait_s, threads=FIRST_DAY_MOST["thread"], replies=FIRST_DAY_MOST["reply"])
    spacing_s = (NEW_SPACING_S if is_new else SPACING_S)[written] / scale
    _refuse_before(row["wrote_at"], spacing_s, at, TooSoon)


def check_slow_mode(row: Mapping[str, Any], *, at: datetime) -> None:
    """`wrote_here_at`: the neighbour's last answer in this thread. Raises SlowMode."""
    _refuse_before(row["wrote_here_at"], row["slow_mode_s"], at, SlowMode)


def _refuse_before(last: datetime | None, spacing_s: float, at: datetime, refusal: type[TooSoon | SlowMode]) -> None:
    if last is not None and (wait := last + timedelta(seconds=spacing_s) - at) > timedelta():
        raise refusal(retry_after_s=_seconds(wait))


def _seconds(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds() * 1000) // 1000))
