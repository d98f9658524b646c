"""Each reaction of moderation three times in a row, and once after its row is gone: the same as once, and nothing."""

from uuid import UUID, uuid4

import pytest

from backend.core.database import fetchval
from backend.core.events import Event, Reaction
from backend.moderation.reactions import REACTIONS
from tests.house import House
from tests.matrix.traces import fingerprint
from tests.moderation.court import Court
from tests.notices.office import done

ALL = [(event, reaction) for event, following in REACTIONS.items() for reaction in following]


def event_of(kind: type[Event], case: UUID, appeal: UUID, account: UUID) -> Event:
    (name,) = kind.__struct_fields__
    return kind(**{name: {"case_id": case, "appeal_id": appeal, "account_id": account}[name]})


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair[1].__name__)
async def test_a_reaction_to_what_is_gone_does_nothing(house: House, pair: tuple[type[Event], Reaction]) -> None:
    event, reaction = pair
    before = await fingerprint()
    for _ in range(3):
        await reaction(event_of(event, uuid4(), uuid4(), uuid4()))
    assert await fingerprint() == before


@pytest.mark.parametrize("stage", ["open", "hidden", "restored", "decided", "appealed", "overturned"])
async def test_three_times_is_once(court: Court, stage: str) -> None:
    """At each stage every reaction again, as a worker that died in the middle would run them."""
    notice = await court.notice()
    await court.settle(400)
    case = await court.reported(notice, by=2 if stage == "open" else 4)
    if stage == "restored":
        await court.house.due_now()
        await court.house.drain()
    if stage in ("decided", "appealed", "overturned"):
        await court.decide(case, penalty="mute")
    appeal = uuid4()
    if stage in ("appealed", "overturned"):
        appeal = UUID((await court.appeal()).json()["appeal"]["id"])
    if stage == "overturned":
        answer = {"outcome": "overturned", "reason": "没有违反规则。"}
        await done(court.colleague.put(f"/desk/cases/{case}/appeal-decision", answer))
    if stage == "appealed":
        await court.house.due_now()
    await court.house.drain()
    assert await court.house.held_jobs() == 0
    after = await fingerprint()
    for event, reaction in ALL:
        # What a clock would do is not repeated here before its time: it asks for the state, which says so.
        if reaction.__name__ == "end_hiding" and stage == "hidden":
            continue
        for _ in range(3):
            await reaction(event_of(event, UUID(case), appeal, uuid4()))
        await court.house.drain()
        assert await fingerprint() == after, reaction.__name__
    assert await fetchval("SELECT count(*) FROM moderation_case") == 1
