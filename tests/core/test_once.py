"""Idempotency-Key: one key, one effect, one answer; for 24 hours, and for one account."""

from datetime import timedelta

from backend.core import once
from backend.core.database import fetch, fetchval
from tests.house import Clock, House, at_once, key


async def test_a_kept_answer_says_nothing_of_the_request(house: House) -> None:
    """The fingerprint is keyed: whoever reads the table can't try ID numbers against it."""
    community = await house.open_community()
    guest = await house.guest()
    body = house.application(community)
    assert (await guest.post("/verifications", body, headers=key())).status_code == 201
    (row,) = await fetch("SELECT fingerprint, body FROM first_answer")
    assert len(row["fingerprint"]) == 32
    assert body["id_number"].encode() not in row["body"] and body["real_name"].encode() not in row["body"]


async def test_of_ten_at_once_all_get_the_first_answer(house: House) -> None:
    community = await house.open_community()
    guest = await house.guest()
    headers, body = key(), house.application(community)
    answers = await at_once(*(guest.post("/verifications", body, headers=headers) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await fetchval("SELECT count(*) FROM verification") == 1


async def test_a_refusal_keeps_no_key(house: House) -> None:
    community = await house.open_community()
    guest = await house.guest()
    headers, body = key(), house.application(community)
    refused = await guest.post("/verifications", body | {"home_id": str(community.id)}, headers=headers)
    assert refused.status_code == 422
    assert await fetchval("SELECT count(*) FROM first_answer") == 0
    # The cause is gone, the key is free: the same key with a better body is taken.
    assert (await guest.post("/verifications", body, headers=headers)).status_code == 201


async def test_the_path_belongs_to_the_request(house: House) -> None:
    community = await house.open_community()
    worker = await house.officer(community, "worker")
    headers = key()
    body = house.application(community)
    assert (await worker.post("/verifications", body, headers=headers)).status_code == 201
    entered = await worker.post("/desk/verifications", body | {"phone": house.new_phone()}, headers=headers)
    assert (entered.status_code, entered.json()["code"]) == (409, "core.key_reused")


async def test_a_day_later_the_key_is_free(house: House, moved_clock: Clock) -> None:
    community = await house.open_community()
    guest = await house.guest()
    headers = key()
    first = await guest.post("/verifications", house.application(community), headers=headers)
    await guest.put(f"/verifications/{first.json()['id']}/withdrawal")
    moved_clock.advance(hours=once.KEPT_H, minutes=1)
    guest = await house.guest(guest.phone)
    second = await guest.post("/verifications", house.application(community), headers=headers)
    assert second.status_code == 201 and second.json()["id"] != first.json()["id"]
    moved_clock.advance(seconds=timedelta(hours=once.KEPT_H, minutes=1).total_seconds())
    await once.forget_old_answers()
    assert await fetchval("SELECT count(*) FROM first_answer") == 0
