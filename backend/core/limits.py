"""Two kinds of limit. Ordinary ones keep the house quiet and may fail open; strict ones guard doors and may not.

Ordinary: one atomic token bucket in Redis for every request, by account or address, and by action where a route
names one: `opt=rule(...) | limited("search")`. Away or slow Redis lets everybody through for a second at a time.
Strict: sign-in codes, ID checks, money. Counted in PostgreSQL, where a lost cache can't reset them.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.types import Scope

from backend.core import clock, database
from backend.core.buckets import BUCKETS, LEASES
from backend.core.crypto import lookup_hmac
from backend.core.errors import TooMany
from backend.core.ids import new_id
from backend.core.metrics import count_limit_hit
from backend.core.peers import client_subject
from backend.settings import settings

RATE_HEADERS = "rate_limit_headers"
"""Where in the ASGI scope's state the answer's RateLimit headers wait for the guard to send them."""
LIMIT = "limit"
NO_LIMIT = "none"


class Policy(msgspec.Struct, frozen=True):
    """`times` in `per_s` seconds in the long run, at most `burst` at once; a process takes `lease` of them a time."""

    name: str
    times: int
    per_s: int
    burst: int
    lease: int = 1


ACCOUNT = Policy("account", 120, 60, burst=40)
"""A person reads two screens a second at most; opening a screen asks for some ten things at once."""
ADDRESS = Policy("address", 300, 60, burst=100)
"""Without an account. A whole building may share one address behind its operator's NAT."""
ACTIONS: dict[str, Policy] = {
    "search": Policy("search", 30, 60, burst=10),
    "post": Policy("post", 20, 60, burst=8),
    "upload": Policy("upload", 30, 60, burst=12),
    "message": Policy("message", 120, 60, burst=20),
    # A page of 20 posts shows 60 pictures, and none of them is a decision: counted apart from everything else.
    "picture": Policy("picture", 3000, 60, burst=600, lease=10),
    # Public, and so counted by address: an estate behind one operator's NAT opens an urgent notice together.
    "notice": Policy("notice", 6000, 60, burst=1000, lease=10),
    # A grid worker comes back from a cellar with a morning's doors.
    "visit": Policy("visit", 600, 60, burst=200),
    # Half a second of a processor each.
    "poster": Policy("poster", 12, 60, burst=6),
}
COUNTED_ALONE = frozenset({"picture", "notice", "visit"})


def limited(action: str) -> dict[str, Any]:
    """For a handler's `opt`: also count it under this action's policy."""
    return {LIMIT: ACTIONS[action].name}


def unlimited() -> dict[str, Any]:
    """For the `opt` of a handler that costs less than asking Redis: files from memory, signs of life."""
    return {LIMIT: NO_LIMIT}


async def spend_ordinary(connection: ASGIConnection[Any, Any, Any, Any], *, account_id: UUID | None) -> None:
    """One token from each bucket that this request falls under. Raises TooMany; never fails for Redis's sake."""
    action = connection.route_handler.opt.get(LIMIT)
    if action == NO_LIMIT or settings().rate_scale == 0:
        return
    general = ACCOUNT if account_id else ADDRESS
    policies = [ACTIONS[action]] if action in COUNTED_ALONE else [general, *([ACTIONS[action]] if action else [])]
    await _spend(connection.scope, account_id, policies)


async def spend_hello(scope: Scope, *, account_id: UUID | None) -> None:
    """A socket's hello costs what a request costs: of the account, or of the address when it was refused."""
    if settings().rate_scale != 0:
        await _spend(scope, account_id, [ACCOUNT if account_id else ADDRESS])


async def _spend(scope: Scope, account_id: UUID | None, policies: list[Policy]) -> None:
    subject = f"a:{account_id}" if account_id else f"n:{client_subject(scope)}"
    keys = [f"limit:{{{subject}}}:{policy.name}" for policy in policies]
    if len(keys) == 1 and (held := LEASES.spend(keys[0])) is not None:
        scope["state"][RATE_HEADERS] = _headers(policies, [held], [0])
        return
    lease = policies[0].lease if len(keys) == 1 else 1
    answer = await BUCKETS.take(keys, _numbers(policies, lease))
    if answer and not answer[0] and lease > 1:
        # Not as many as that are left: the last ones go singly.
        lease = 1
        answer = await BUCKETS.take(keys, _numbers(policies, lease))
    if answer is None:
        return
    allowed, left, waits = answer[0], answer[1::2], answer[2::2]
    if lease > 1:
        LEASES.keep(keys[0], lease - 1, left[0])
        left = [left[0] + lease - 1]
    scope["state"][RATE_HEADERS] = _headers(policies, left, waits)
    if not allowed:
        wait, policy = max(zip(waits, policies, strict=True), key=lambda it: it[0])
        count_limit_hit(policy.name)
        raise TooMany(retry_after_s=max(1, -(-wait // 1_000_000)))


def _numbers(policies: list[Policy], wanted: int) -> list[int]:
    """Microseconds a token, burst and tokens wanted, of each."""
    scale = settings().rate_scale
    return [
        number
        for it in policies
        for number in (
            max(1, round(1_000_000 * it.per_s / (it.times * scale))),
            max(1, round(it.burst * scale)),
            wanted,
        )
    ]


def _headers(policies: list[Policy], left: list[int], waits: list[int]) -> list[tuple[bytes, bytes]]:
    """draft-ietf-httpapi-ratelimit-headers: what is left now (`r`, again after `t` seconds) and the policies."""
    now = ", ".join(
        f'"{it.name}";r={more};t={-(-wait // 1_000_000)}' for it, more, wait in zip(policies, left, waits, strict=True)
    )
    return [(b"ratelimit", now.encode()), (b"ratelimit-policy", _told(tuple(policies), settings().rate_scale))]


@lru_cache
def _told(policies: tuple[Policy, ...], scale: float) -> bytes:
    return ", ".join(f'"{it.name}";q={max(1, round(it.times * scale))};w={it.per_s}' for it in policies).encode()


class StrictLimit(msgspec.Struct, frozen=True):
    """`times` uses in a window of `per_s` seconds, which opens at a subject's first use."""

    name: str
    times: int
    per_s: int
    refusal: type[TooMany] = TooMany


# One statement, so that of any number of callers at once exactly `times` get a row back. The second half only says
# when the window ends, for the caller who got none.
SPEND_SQL = """
WITH spent AS (
  INSERT INTO strict_limit_use AS u (id, name, subject, used, ends_at) VALUES ($6, $1, $2, 1, $4)
  ON CONFLICT (name, subject) DO UPDATE SET
    used = CASE WHEN u.ends_at <= $3 THEN 1 ELSE u.used + 1 END,
    ends_at = CASE WHEN u.ends_at <= $3 THEN $4 ELSE u.ends_at END
  WHERE u.ends_at <= $3 OR u.used < $5
  RETURNING ends_at)
SELECT true AS passed, ends_at FROM spent
UNION ALL
SELECT false, ends_at FROM strict_limit_use WHERE name = $1 AND subject = $2 AND NOT EXISTS (SELECT FROM spent)
"""


async def spend(limit: StrictLimit, subject: str) -> None:
    """One use, committed at once. Raises the limit's refusal (a TooMany) when none is left.

    Call it before transaction(): inside one, a rollback would give the use back and the limit would guard nothing,
    so that is a RuntimeError. When the database is away nobody passes.
    """
    if database.in_transaction():
        raise RuntimeError("spend() belongs before transaction(): a rollback would give the use back")
    now = clock.now()
    ends_at = now + timedelta(seconds=limit.per_s)
    row = await database.fetchrow(SPEND_SQL, limit.name, _hidden(limit, subject), now, ends_at, limit.times, new_id())
    if row is not None and row["passed"]:
        return
    count_limit_hit(limit.name)
    wait = (row["ends_at"] - now).total_seconds() if row is not None else limit.per_s
    # Callers' clocks are read before the window's first use is committed: nobody waits longer than the window.
    raise limit.refusal(retry_after_s=min(limit.per_s, max(1, int(-(-wait // 1)))))


async def refund(limit: StrictLimit, subject: str) -> None:
    """Gives one use back: what it was spent on did not happen for a reason that is ours."""
    await database.execute(
        "UPDATE strict_limit_use SET used = used - 1 WHERE name = $1 AND subject = $2 AND used > 0 AND ends_at > $3",
        limit.name,
        _hidden(limit, subject),
        clock.now(),
    )


async def forget_uses(limit: StrictLimit, subject: str) -> None:
    """Opens the limit again, as after a right code: earlier wrong ones no longer count."""
    await database.execute(
        "DELETE FROM strict_limit_use WHERE name = $1 AND subject = $2", limit.name, _hidden(limit, subject)
    )


async def purge_ended_windows() -> None:
    """For a daily schedule: an ended window guards nothing and its row only says that somebody was here."""
    await database.execute("DELETE FROM strict_limit_use WHERE ends_at <= $1", clock.now())


def _hidden(limit: StrictLimit, subject: str) -> bytes:
    return lookup_hmac(f"limit:{limit.name}", subject)
