"""How often one may try: a day, an account, a number; and how long a lock holds."""

from backend.identity.rules.verification import (
    ATTEMPTS_PER_ACCOUNT_DAY,
    ATTEMPTS_PER_IDENTITY_DAY,
    REFUSALS_BEFORE_LOCK,
)
from tests.house import Clock, Community, House, id_number
from tests.identity.test_verifications import applications


async def test_five_applications_a_day_by_one_account(house: House, community: Community, moved_clock: Clock) -> None:
    guest = await house.guest()
    for _ in range(ATTEMPTS_PER_ACCOUNT_DAY):
        answer = await guest.post("/verifications", house.application(community))
        assert answer.status_code == 201
        await guest.put(f"/verifications/{answer.json()['id']}/withdrawal")
    sixth = await guest.post("/verifications", house.application(community))
    assert (sixth.status_code, sixth.json()["code"]) == (429, "identity.verification_locked")
    assert int(sixth.headers["retry-after"]) > 0
    assert await applications() == ATTEMPTS_PER_ACCOUNT_DAY
    moved_clock.advance(days=1, minutes=1)
    guest = await house.guest(guest.phone)
    assert (await guest.post("/verifications", house.application(community))).status_code == 201


async def test_five_applications_a_day_for_one_number(house: House, community: Community) -> None:
    number = id_number("19780203", 9)
    guests = [await house.guest() for _ in range(ATTEMPTS_PER_IDENTITY_DAY + 1)]
    codes = [
        (await guest.post("/verifications", house.application(community, number=number))).status_code
        for guest in guests
    ]
    assert codes == [201] * ATTEMPTS_PER_IDENTITY_DAY + [429]


async def test_every_fifth_refusal_locks_for_twice_as_long(
    house: House, community: Community, moved_clock: Clock
) -> None:
    guest = await house.guest()
    good = house.application(community)
    wrong = good | {"id_number": "330106198001010010"}
    for minutes in (2, 4):
        for _ in range(REFUSALS_BEFORE_LOCK):
            answer = await guest.post("/verifications", wrong)
            assert answer.status_code == 422, answer.text
        locked = await guest.post("/verifications", good)
        assert (locked.status_code, locked.json()["code"]) == (429, "identity.verification_locked")
        assert (minutes - 1) * 60 < int(locked.headers["retry-after"]) <= minutes * 60
        moved_clock.advance(minutes=minutes, seconds=1)
    assert (await guest.post("/verifications", good)).status_code == 201
