"""When those who have not read are told again, and by which way: the phone, a text message, a knock on the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Step = Literal["again", "sms", "doors"]
Channel = Literal["push", "sms", "doors"]

URGENT_AGAIN_AFTER = timedelta(minutes=10)
"""Whoever was in the lift or under the shower."""
URGENT_SMS_AFTER = timedelta(minutes=30)
"""Whoever carries an old phone, or has the app's voice switched off."""
URGENT_DOORS_AFTER = timedelta(hours=2)
"""Then nothing but a neighbour at the door helps."""
AGAIN_AFTER = timedelta(hours=24)
"""The next day at the same hour: likely to be as convenient as the first time."""
SMS_AFTER = timedelta(hours=48)
"""A message costs money and patience: only after two pushes."""
DOORS_AFTER = timedelta(hours=72)
"""A worker walks once for all who are left, and within the week."""
BY_HAND_EVERY = timedelta(minutes=30)
"""By hand, for each notice and channel: two at the desk who press the same button ring once."""
QUIET_FROM_H, QUIET_UNTIL_H = 22, 7
"""Hours of a neighbourhood's night, in which only an urgent text message wakes anybody; as the inbox's own."""
TEXTS_A_JOB = 50
"""So many may get a message a second time when the process dies: a smaller job would be more jobs for everybody."""

CHANNEL_OF: dict[Step, Channel] = {"again": "push", "sms": "sms", "doors": "doors"}


@dataclass(frozen=True)
class Due:
    """A step of the schedule, `after` the version was published."""

    step: Step
    after: timedelta


def schedule_of(notice: Mapping[str, Any], *, texts: bool) -> list[Due]:
    """What is due for a version that comes out. `texts`: a provider of text messages is set."""
    if notice["priority"] == "urgent":
        steps = [Due("again", URGENT_AGAIN_AFTER), Due("sms", URGENT_SMS_AFTER), Due("doors", URGENT_DOORS_AFTER)]
    elif goes_to_the_doors(notice):
        steps = [Due("again", AGAIN_AFTER), Due("sms", SMS_AFTER), Due("doors", DOORS_AFTER)]
    else:
        steps = [Due("again", AGAIN_AFTER)]
    return [due for due in steps if texts or due.step != "sms"]


def goes_to_the_doors(notice: Mapping[str, Any]) -> bool:
    """Whether every home has to know: what is neither important nor asks for an answer isn't worth a knock."""
    return notice["priority"] != "normal" or bool(notice["ack_required"])


def text_at(moment: datetime, zone: ZoneInfo, *, urgent: bool) -> datetime:
    """When a text message may go out: at once, or when the night is over."""
    local = moment.astimezone(zone)
    if urgent or QUIET_UNTIL_H <= local.hour < QUIET_FROM_H:
        return moment
    day = local.date() + timedelta(days=1 if local.hour >= QUIET_FROM_H else 0)
    return datetime.combine(day, time(QUIET_UNTIL_H), zone).astimezone(moment.tzinfo)


def parts_of(recipients: int) -> int:
    """How many jobs share them, about TEXTS_A_JOB each."""
    return -(-recipients // TEXTS_A_JOB)
