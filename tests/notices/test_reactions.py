"""Each reaction of notices three times in a row, and once after its row is gone: the same as once, and nothing."""

from uuid import UUID, uuid4

import pytest

from backend.core.database import execute, fetchval
from backend.core.events import Event, Reaction
from backend.identity.events import AccountClosed
from backend.notices.events import (
    EscalationDue,
    NoticePublished,
    NoticeRevised,
    ReminderDue,
    TextsDue,
)
from backend.notices.reactions import REACTIONS
from tests.house import House
from tests.matrix.traces import fingerprint
from tests.notices.office import Office

VERSIONED = (NoticePublished, NoticeRevised)
ALL = [(event, reaction) for event, following in REACTIONS.items() for reaction in following]


def event_of(kind: type[Event], notice: UUID, reminder: UUID, step: str = "again") -> Event:
    if kind is AccountClosed:
        return AccountClosed(account_id=notice)  # of nobody
    if kind is EscalationDue:
        return EscalationDue(notice_id=notice, version=1, kind=step)
    if kind is ReminderDue:
        return ReminderDue(reminder_id=reminder)
    if kind is TextsDue:
        return TextsDue(reminder_id=reminder, part=0, parts=1)
    return kind(notice_id=notice, version=1) if kind in VERSIONED else kind(notice_id=notice)


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair[1].__name__)
async def test_a_reaction_to_what_is_gone_does_nothing(house: House, pair: tuple[type[Event], Reaction]) -> None:
    event, reaction = pair
    before = await fingerprint()
    for _ in range(3):
        await reaction(event_of(event, uuid4(), uuid4()))
    assert await fingerprint() == before


async def test_three_times_is_once(office: Office) -> None:
    notice = UUID(await office.published(ack_required=True))
    await office.house.drain()
    await execute("UPDATE inbox_item SET push_state = 'done'")
    for step in ("again", "doors"):
        await REACTIONS[EscalationDue][0](event_of(EscalationDue, notice, uuid4(), step))
    await office.house.drain()
    # One of the rounds, taken again together with everything else that has happened to a notice that is out.
    reminder = await fetchval("SELECT id FROM notice_reminder WHERE step = 'doors'")
    after = await fingerprint()
    for event, reaction in ALL:
        if event is TextsDue:
            continue
        for _ in range(3):
            await reaction(event_of(event, notice, reminder))
            await reaction(event_of(event, notice, reminder, "doors"))
        if event.__name__ in ("NoticeWithdrawn", "NoticeExpired"):
            # These take its lines out of every inbox, once.
            after = await fingerprint()
            await reaction(event_of(event, notice, reminder))
        assert await fingerprint() == after, reaction.__name__
    assert await office.house.held_jobs() == 0
