"""The kinds of things people are told, what they may switch off, and when nobody is disturbed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Channel = Literal["inbox", "push", "sms"]
CHANNELS: tuple[Channel, ...] = ("inbox", "push", "sms")

PUSH_DELAY = timedelta(seconds=60)
"""Whoever has the app open reads it there; a minute later the phone may ring."""
AT_ONCE = timedelta()
QUIET_FROM_MIN = 22 * 60
"""22:00; from here on a neighbourhood sleeps."""
QUIET_UNTIL_MIN = 7 * 60
"""07:00; by now the first are on their way to work."""
READ_KEPT = timedelta(days=61)
UNREAD_KEPT = timedelta(days=92)
ACKNOWLEDGED_KEPT = timedelta(days=366)
"""Two, three and twelve months: what was acknowledged is proof for as long as somebody may ask."""
PURGE_BATCH = 1_000
"""Rows a transaction: short locks."""
TELL_MOST = 1_000
"""Accounts a call: one statement of that many rows takes some 30 ms."""
UNREAD_SHOWN_MOST = 100
"""Beyond, a badge says 99+, and counting on would grow with the table."""
TELL_TRIES = 5
"""Each further one needs another teller of the same group between two of our statements."""

PUSH_LIFE = timedelta(hours=24)
"""A push that is a day late is none; the item waits in the inbox."""
PUSH_ATTEMPTS_MOST = 6
"""Over some three hours: what a vendor can't take by then, it won't today."""
PUSH_UNKNOWN_MOST = 2
"""The first that nobody can say of is sent again, and may ring twice; the second is not."""
PUSH_BACK_OFF = timedelta(seconds=30)
"""Before the second attempt, then four times as long each: half a minute to two hours, as outages are."""
PUSH_JITTER = 0.25
"""What a vendor turned away at one moment doesn't come back at one moment."""


@dataclass(frozen=True)
class Kind:
    """`locked` channels can't be switched off. `private`: no push carries its words. `sms`: on unless chosen off."""

    delay: timedelta = PUSH_DELAY
    locked: frozenset[Channel] = frozenset()
    breaks_quiet: bool = False
    private: bool = False
    sms: bool = False


ALL: frozenset[Channel] = frozenset(CHANNELS)
ALWAYS_LISTED: frozenset[Channel] = frozenset({"inbox"})
ABOUT_YOU: frozenset[Channel] = frozenset({"inbox", "push"})

KINDS: Mapping[str, Kind] = {
    "notice.urgent": Kind(AT_ONCE, locked=ALL, breaks_quiet=True, sms=True),
    "notice.published": Kind(AT_ONCE, locked=ALWAYS_LISTED, sms=True),
    "notice.step": Kind(locked=ABOUT_YOU, private=True),
    "verification.decided": Kind(AT_ONCE, locked=ABOUT_YOU, private=True),
    "account.warned": Kind(AT_ONCE, locked=ABOUT_YOU, breaks_quiet=True, private=True),
    "desk.waiting": Kind(),
    "desk.doors": Kind(),
    "forum.reply": Kind(),
    "forum.mention": Kind(),
    "forum.edited": Kind(),
    "desk.cases": Kind(),
    "moderation.decided": Kind(locked=ABOUT_YOU, private=True),
    "report.decided": Kind(private=True),
    "appeal.decided": Kind(locked=ABOUT_YOU, private=True),
    "issue.raised": Kind(),
    "issue.moved": Kind(),
    "poll.opened": Kind(),
    "poll.closed": Kind(),
}
"""A new kind is a line here and its sentences in backend/locales."""


@dataclass(frozen=True)
class Preference:
    """What an account chose; the defaults are everybody's who chose nothing."""

    quiet: bool = True
    quiet_from_min: int = QUIET_FROM_MIN
    quiet_until_min: int = QUIET_UNTIL_MIN
    choices: Mapping[str, Mapping[str, bool]] | None = None

    def wants(self, kind: str, channel: Channel) -> bool:
        if channel in KINDS[kind].locked:
            return True
        default = KINDS[kind].sms if channel == "sms" else True
        return (self.choices or {}).get(kind, {}).get(channel, default)


def push_due(kind: str, preference: Preference, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When it may ring: after its delay, and not while it is quiet there. None: never."""
    if not preference.wants(kind, "push"):
        return None
    due = at + KINDS[kind].delay
    if KINDS[kind].breaks_quiet or not preference.quiet:
        return due
    return quiet_over(due, preference.quiet_from_min, preference.quiet_until_min, zone)


def quiet_over(moment: datetime, from_min: int, until_min: int, zone: ZoneInfo) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into; the hours may span midnight."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    within = from_min <= minute < until_min if from_min <= until_min else minute >= from_min or minute < until_min
    if not within:
        return moment
    day = local.date() + timedelta(days=1 if minute >= until_min else 0)
    return datetime.combine(day, time(until_min // 60, until_min % 60), zone).astimezone(moment.tzinfo)


def push_retry_at(
    moment: datetime, rang_at: datetime, *, attempts: int, retry_after_s: int, chance: float
) -> datetime | None:
    """When to send again what was not taken, `chance` being 0 to 1. None: never."""
    wait = max(PUSH_BACK_OFF * 4 ** (attempts - 1), timedelta(seconds=retry_after_s))
    at = moment + wait * (1 + PUSH_JITTER * chance)
    return None if attempts >= PUSH_ATTEMPTS_MOST or at > rang_at + PUSH_LIFE else at


def clock_words(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_of(words: str) -> int:
    hours, minutes = words.split(":")
    return int(hours) * 60 + int(minutes)
