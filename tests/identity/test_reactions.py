"""Each reaction three times in a row, and once after its row is gone: the same as once, and nothing."""

from uuid import uuid4

import pytest

from backend.app import DOMAINS
from backend.core.database import execute, fetch, fetchval
from backend.core.events import Event, Reaction
from backend.identity.events import (
    AccountClosed,
    AddressImportRequested,
    CodeRequested,
    DisplayStyleChanged,
    NicknameChanged,
    RefreshTokenReused,
    VerificationDecided,
    VerificationWaiting,
)
from backend.identity.reactions import REACTIONS, SCHEDULES
from tests.house import Community, House, Neighbour
from tests.matrix.traces import fingerprint

GONE: dict[type[Event], Event] = {
    CodeRequested: CodeRequested(code_id=uuid4()),
    RefreshTokenReused: RefreshTokenReused(session_id=uuid4(), account_id=uuid4()),
    VerificationDecided: VerificationDecided(verification_id=uuid4()),
    VerificationWaiting: VerificationWaiting(verification_id=uuid4()),
    DisplayStyleChanged: DisplayStyleChanged(community_id=uuid4()),
    NicknameChanged: NicknameChanged(account_id=uuid4()),
    AddressImportRequested: AddressImportRequested(import_id=uuid4()),
    AccountClosed: AccountClosed(account_id=uuid4()),
}
ALL = [(event, reaction) for event, following in REACTIONS.items() for reaction in following]


def named(pair: tuple[type[Event], Reaction]) -> str:
    return pair[1].__name__


def test_every_event_has_a_row_here() -> None:
    assert set(GONE) == set(REACTIONS)


@pytest.mark.parametrize("pair", ALL, ids=named)
async def test_a_reaction_to_what_is_gone_does_nothing(house: House, pair: tuple[type[Event], Reaction]) -> None:
    event, reaction = pair
    before = await fingerprint()
    for _ in range(3):
        await reaction(GONE[event])
    assert await fingerprint() == before


async def test_new_names_three_times_are_the_same_names(
    house: House, community: Community, moderator: Neighbour
) -> None:
    resident = await house.resident(community, moderator, name="王秀英")
    await execute("UPDATE account SET nickname = '小王' WHERE id = $1", resident.account_id)
    await execute("UPDATE community SET display_name_style = 'nickname'")
    for event, reaction in ALL:
        if event in (DisplayStyleChanged, NicknameChanged):
            known = (
                DisplayStyleChanged(community_id=community.id)
                if event is DisplayStyleChanged
                else NicknameChanged(account_id=resident.account_id)
            )
            await reaction(known)
            after = await fingerprint()
            assert await fetchval("SELECT display_name FROM residency") == "小王"
            for _ in range(2):
                await reaction(known)
            assert await fingerprint() == after, reaction.__name__


async def test_what_comes_round_by_the_clock_repeats_safely(
    house: House, community: Community, moderator: Neighbour
) -> None:
    await house.resident(community, moderator)
    functions = [function for domain in DOMAINS for names in domain.schedules.values() for function in names]
    assert set(functions) >= {function for names in SCHEDULES.values() for function in names}
    for function in functions:
        await function()
    after = await fingerprint()
    for function in functions:
        await function()
        await function()
    assert await fingerprint() == after


async def test_evidence_is_gone_thirty_days_after_the_decision(
    house: House, community: Community, moderator: Neighbour
) -> None:
    await house.resident(community, moderator)
    await execute(
        """INSERT INTO verification_evidence (id, verification, medium, position)
           SELECT gen_random_uuid(), id, gen_random_uuid(), 1 FROM verification"""
    )
    purge = next(f for names in SCHEDULES.values() for f in names if f.__name__ == "purge_decided_evidence")
    for days, left in ((29, 1), (31, 0), (31, 0)):
        await execute("UPDATE verification SET state_since = now() - make_interval(days => $1)", days)
        await purge()
        assert await fetchval("SELECT count(*) FROM verification_evidence") == left, days
    assert (await fetch("SELECT evidence_purged_at FROM verification"))[0]["evidence_purged_at"] is not None
