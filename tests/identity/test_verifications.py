"""Applying to be verified: what is taken, what is refused, and what a stranger learns from neither."""

import re
from datetime import timedelta
from typing import Any

import pytest

from backend.core.clock import today
from backend.core.database import fetch, fetchrow, fetchval
from backend.identity.rules.verification import (
    EVIDENCE_PHOTOS_MOST,
)
from tests.house import API, Clock, Community, House, Neighbour, at_once, id_number, key

DAYS_BEFORE_A_BIRTHDAY = "20130301"


async def applications() -> int:
    return int(await fetchval("SELECT count(*) FROM verification"))


async def send_back(moderator: Neighbour, verification_id: str) -> None:
    assert (await moderator.put(f"/desk/verifications/{verification_id}/claim")).status_code == 200
    answer = await moderator.put(f"/desk/verifications/{verification_id}/request-more", {"reason": "照片不清楚"})
    assert answer.status_code == 200, answer.text


async def test_an_application_is_taken_and_its_number_sealed(house: House, community: Community) -> None:
    guest = await house.guest()
    body = house.application(community, name="王秀英")
    async with house.statements(8):
        answer = await guest.post("/verifications", body)
    assert (answer.status_code, answer.json()["state"]) == (201, "submitted")
    row = await fetchrow("SELECT * FROM verification")
    assert row is not None and str(row["id"]) == answer.json()["id"]
    assert "王秀英" not in str(dict(row)) and body["id_number"] not in str(dict(row))
    assert row["id_hint"] == body["id_number"][0] + "*" * 16 + body["id_number"][-1]


async def test_a_guest_sees_their_application_masked(house: House, community: Community) -> None:
    guest, other = await house.guest(), await house.guest()
    body = house.application(community, home=1, name="欧阳秀英")
    await guest.post("/verifications", body)
    async with house.statements(3):
        mine = (await guest.get("/verifications/mine")).json()["items"]
    assert [item["state"] for item in mine] == ["submitted"]
    assert mine[0]["real_name_masked"] == "欧阳**" and mine[0]["home_path"] == "翠湖园 3幢 2单元 102"
    assert re.fullmatch(r"\d\*{16}[\dX]", mine[0]["id_number_masked"])
    assert [step["state"] for step in mine[0]["steps"]] == ["submitted"]
    assert (await other.get("/verifications/mine")).json()["items"] == []


async def test_nobody_applies_without_signing_in(house: House, community: Community) -> None:
    answer = await house.http.post(f"{API}/verifications", json=house.application(community))
    assert (answer.status_code, await applications()) == (401, 0)


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("a wrong check digit", {"id_number": "330106198001010010"}, 422, "identity.id_number_invalid"),
    ("a day that never was", {"id_number": "330106198002300010"}, 422, "identity.id_number_invalid"),
    ("fifteen digits", {"id_number": "330106800101001"}, 422, "identity.id_number_invalid"),
    ("letters", {"id_number": "ABCDEFGHIJKLMNOPQR"}, 422, "identity.id_number_invalid"),
    ("somebody not born yet", {"id_number": id_number("20991231")}, 422, "identity.id_number_invalid"),
    ("a child", {"id_number": id_number("20200105")}, 422, "identity.guardian_needed"),
    ("a name in digits", {"real_name": "12345"}, 422, "identity.real_name_invalid"),
    ("a name of one character", {"real_name": "王"}, 422, "core.invalid"),
    ("a tenant without a lease's end", {"relation": "tenant"}, 422, "identity.lease_end_needed"),
    (
        "a tenant whose lease is over",
        {"relation": "tenant", "lease_ends_on": "2020-01-01"},
        422,
        "identity.lease_end_needed",
    ),
    ("a relation nobody has", {"relation": "landlord"}, 422, "core.invalid"),
    ("a field that is ours", {"state": "approved"}, 422, "core.invalid"),
    ("the conflict flag", {"conflict": False}, 422, "core.invalid"),
]


@pytest.mark.parametrize(("change", "status", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_is_no_application(
    house: House, community: Community, change: dict[str, Any], status: int, code: str
) -> None:
    guest = await house.guest()
    good = house.application(community)
    answer = await guest.post("/verifications", {**good, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await applications() == 0
    assert not any(str(value) in answer.text for value in change.values() if isinstance(value, str) and len(value) > 8)
    # The same with nothing changed is taken.
    assert (await guest.post("/verifications", good)).status_code == 201


async def test_a_home_is_a_home_of_that_community(house: House, community: Community) -> None:
    elsewhere = await house.open_community("桃源社区")
    guest = await house.guest()
    building = await fetchval("SELECT id FROM place WHERE community = $1 AND kind = 'building'", community.id)
    for home in (elsewhere.homes[0], building, community.id):
        answer = await guest.post("/verifications", house.application(community) | {"home_id": str(home)})
        assert (answer.status_code, answer.json()["code"]) == (422, "identity.home_invalid")
    assert await applications() == 0


async def test_a_tenant_says_until_when(house: House, community: Community) -> None:
    guest = await house.guest()
    until = str(today() + timedelta(days=90))
    answer = await guest.post("/verifications", house.application(community, relation="tenant", lease_ends_on=until))
    assert answer.status_code == 201, answer.text
    assert (await guest.get("/verifications/mine")).json()["items"][0]["lease_ends_on"] == until


async def test_one_open_application_a_community(house: House, community: Community) -> None:
    guest = await house.guest()
    answers = await at_once(*(guest.post("/verifications", house.application(community)) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"identity.verification_open"}
    assert await applications() == 1
    elsewhere = await house.open_community("桃源社区")
    assert (await guest.post("/verifications", house.application(elsewhere))).status_code == 201


async def test_withdrawing_makes_room_for_another(house: House, community: Community) -> None:
    guest, other = await house.guest(), await house.guest()
    first = (await guest.post("/verifications", house.application(community))).json()["id"]
    assert (await other.put(f"/verifications/{first}/withdrawal")).status_code == 404
    async with house.statements(8):
        withdrawn = await guest.put(f"/verifications/{first}/withdrawal")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    again = await guest.put(f"/verifications/{first}/withdrawal")
    assert (again.status_code, again.json()["code"]) == (409, "core.move_refused")
    assert (await guest.post("/verifications", house.application(community))).status_code == 201


async def test_what_was_sent_back_is_handed_in_again(house: House, community: Community, moderator: Neighbour) -> None:
    guest, other = await house.guest(), await house.guest()
    mine = (await guest.post("/verifications", house.application(community))).json()["id"]
    early = await guest.put(f"/verifications/{mine}/resubmission")
    assert (early.status_code, early.json()["code"]) == (409, "core.move_refused")
    await send_back(moderator, mine)
    assert (await guest.get("/verifications/mine")).json()["items"][0]["reason"] == "照片不清楚"
    assert (await other.put(f"/verifications/{mine}/resubmission")).status_code == 404
    async with house.statements(8):
        answer = await guest.put(f"/verifications/{mine}/resubmission", {"note": "重拍了"})
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")
    assert [step["state"] for step in answer.json()["steps"]] == ["submitted", "claimed", "needs_more", "submitted"]


async def test_photos_that_are_not_ones_own_are_refused(house: House, community: Community) -> None:
    guest = await house.guest()
    photo = "0198d0a0-0000-7000-8000-000000000001"
    answer = await guest.post("/verifications", house.application(community, evidence_media_ids=[photo]))
    assert 400 <= answer.status_code < 500 and await applications() == 0
    many = house.application(community, evidence_media_ids=[photo] * (EVIDENCE_PHOTOS_MOST + 1))
    assert (await guest.post("/verifications", many)).status_code == 422
    assert await applications() == 0


async def test_the_same_key_is_the_same_application(house: House, community: Community) -> None:
    guest, other = await house.guest(), await house.guest()
    headers, body = key(), house.application(community)
    answers = await at_once(*(guest.post("/verifications", body, headers=headers) for _ in range(5)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert await applications() == 1
    changed = await guest.post("/verifications", body | {"relation": "family"}, headers=headers)
    assert (changed.status_code, changed.json()["code"]) == (409, "core.key_reused")
    theirs = await other.post("/verifications", house.application(community), headers=headers)
    assert theirs.status_code == 201 and theirs.content != answers[0].content


async def test_a_refusal_under_a_key_is_refused_again(house: House, community: Community) -> None:
    """A wrong number is counted though it is refused; the key must not keep half an answer for it."""
    guest = await house.guest()
    headers = key()
    wrong = house.application(community) | {"id_number": "330106198001010010"}
    for _ in range(2):
        answer = await guest.post("/verifications", wrong, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "identity.id_number_invalid")
    assert await fetchval("SELECT count(*) FROM first_answer") == 0
    assert await fetchval("SELECT refusals FROM verification_lock") == 2


async def test_a_key_that_is_none_is_refused(house: House, community: Community) -> None:
    guest = await house.guest()
    answer = await guest.post("/verifications", house.application(community), headers={"Idempotency-Key": "1"})
    assert answer.status_code == 422 and await applications() == 0


async def test_a_number_that_is_taken_looks_like_any_other(
    house: House, community: Community, moderator: Neighbour
) -> None:
    """Otherwise the form tells a stranger who is registered here."""
    number = id_number("19780203", 7)
    await house.resident(community, moderator, number=number)
    first, second = await house.guest(), await house.guest()
    known = await first.post("/verifications", house.application(community, number=number))
    fresh = await second.post("/verifications", house.application(community))
    assert (known.status_code, known.json()["state"]) == (fresh.status_code, fresh.json()["state"])
    assert list(known.json()) == list(fresh.json()) and len(known.content) == len(fresh.content)
    assert sorted(known.headers) == sorted(fresh.headers)
    mine = [(await guest.get("/verifications/mine")).json()["items"][0] for guest in (first, second)]
    assert mine[0].keys() == mine[1].keys() and mine[0]["state"] == mine[1]["state"]
    assert await fetchval("SELECT conflict FROM verification WHERE account = $1", first.account_id) is True
    assert await fetchval("SELECT conflict FROM verification WHERE account = $1", second.account_id) is False


@pytest.mark.parametrize(
    "spelt",
    [
        str.lower,
        lambda it: f"{it[:6]} {it[6:14]} {it[14:]}",
        lambda it: it.translate({code: code - ord("0") + ord("０") for code in range(ord("0"), ord("9") + 1)}),
    ],
    ids=["x", "spaces", "full width"],
)
async def test_any_spelling_is_the_same_number(house: House, community: Community, spelt: Any) -> None:
    number = next(n for n in (id_number("19780203", s) for s in range(1, 99)) if n.endswith("X"))
    first, second = await house.guest(), await house.guest()
    await first.post("/verifications", house.application(community, number=number))
    answer = await second.post("/verifications", house.application(community, number=spelt(number)))
    assert answer.status_code == 201, answer.text
    assert len(await fetch("SELECT DISTINCT id_number_hmac FROM verification")) == 1


async def test_who_lives_there_already_need_not_apply(house: House, community: Community, moderator: Neighbour) -> None:
    number = id_number("19780203", 11)
    resident = await house.resident(community, moderator, home=2, number=number)
    again = await resident.post("/verifications", house.application(community, home=2, number=number))
    assert (again.status_code, again.json()["code"]) == (409, "identity.already_resident")
    second_home = await resident.post("/verifications", house.application(community, home=3, number=number))
    assert second_home.status_code == 201


async def test_a_lease_that_has_ended_ends_the_residency_at_once(
    house: House, community: Community, moderator: Neighbour, moved_clock: Clock
) -> None:
    guest = await house.guest()
    until, number = str(today() + timedelta(days=3)), id_number("19780203", 13)
    applied = await guest.post(
        "/verifications", house.application(community, number=number, relation="tenant", lease_ends_on=until)
    )
    for step in ("claim", "approval"):
        await moderator.put(f"/desk/verifications/{applied.json()['id']}/{step}")
    me = (await guest.get("/me")).json()
    assert len(me["residencies"]) == 1 and str(community.id) in me["permissions"]
    moved_clock.advance(days=4)
    guest = await house.guest(guest.phone)
    me = (await guest.get("/me")).json()
    assert me["residencies"] == [] and me["permissions"] == {} and me["person"] is not None
    # With a new lease they apply again, whether or not the nightly job has closed the old one.
    renewed = house.application(
        community, number=number, relation="tenant", lease_ends_on=str(today() + timedelta(days=365))
    )
    again = await guest.post("/verifications", renewed)
    assert again.status_code == 201, again.text
    moderator = await house.guest(moderator.phone)
    for step in ("claim", "approval"):
        await moderator.put(f"/desk/verifications/{again.json()['id']}/{step}")
    assert len((await guest.get("/me")).json()["residencies"]) == 1
