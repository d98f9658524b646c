"""Signing in: codes, sessions, refresh, sign-out, and what a stranger learns from none of them."""

import pytest

from backend.core.database import fetchval
from backend.identity.rules.sign_in import CODE_TRIES, CODES_PER_ADDRESS, CODES_PER_PHONE, RESEND_AFTER_S
from tests.house import API, Clock, House, at_once

DEVICE = {"platform": "ios", "name": "测试手机"}


async def test_a_phone_signs_in_with_its_code(house: House) -> None:
    guest = await house.guest("13900000001")
    me = await guest.get("/me")
    assert me.status_code == 200
    assert me.json()["account"]["phone_masked"] == "139****0001"
    assert me.json()["person"] is None and me.json()["permissions"] == {}


async def test_the_same_phone_is_the_same_account(house: House, moved_clock: Clock) -> None:
    first = await house.guest("13900000001")
    moved_clock.advance(seconds=RESEND_AFTER_S)
    second = await house.guest("+86 139 0000 0001")
    assert first.account_id == second.account_id


async def test_a_known_phone_and_an_unknown_one_get_the_same_answer(house: House, moved_clock: Clock) -> None:
    await house.guest("13900000001")
    moved_clock.advance(seconds=RESEND_AFTER_S)
    answers = [await house.http.post(f"{API}/auth/codes", json={"phone": p}) for p in ("13900000001", "13900000002")]
    shapes = [(a.status_code, sorted(a.json()), sorted(a.headers)) for a in answers]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("phone", ["12345", "138000000011", "02012345678", "+1 202 555 0123", "手机号码手机"])
async def test_what_takes_no_texts_is_refused(house: House, phone: str) -> None:
    answer = await house.http.post(f"{API}/auth/codes", json={"phone": phone})
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "identity.phone_invalid"
    assert await fetchval("SELECT count(*) FROM sign_in_code") == 0


async def test_a_second_code_waits_a_minute(house: House, moved_clock: Clock) -> None:
    await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    early = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    assert (early.status_code, early.json()["code"]) == (429, "identity.code_too_soon")
    assert 0 < int(early.headers["retry-after"]) <= RESEND_AFTER_S
    moved_clock.advance(seconds=RESEND_AFTER_S)
    assert (await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})).status_code == 202


async def test_of_ten_asked_for_at_once_one_is_sent(house: House) -> None:
    asked = [house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"}) for _ in range(10)]
    assert sorted(answer.status_code for answer in await at_once(*asked)) == [202] + [429] * 9


async def test_five_codes_a_day_and_no_sixth(house: House, moved_clock: Clock) -> None:
    for _ in range(CODES_PER_PHONE.times):
        assert (await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})).status_code == 202
        moved_clock.advance(seconds=RESEND_AFTER_S)
    sixth = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    assert (sixth.status_code, sixth.json()["code"]) == (429, "core.too_many")
    moved_clock.advance(days=1)
    assert (await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})).status_code == 202


async def test_five_wrong_tries_use_a_code_up(house: House) -> None:
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    right = asked.json()["demo_code"]
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(CODE_TRIES):
        answer = await _try(house, wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "identity.code_wrong")
    assert (await _try(house, right)).status_code == 422
    assert await fetchval("SELECT count(*) FROM account") == 0


async def test_four_wrong_tries_leave_the_right_one(house: House) -> None:
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    right = asked.json()["demo_code"]
    for _ in range(CODE_TRIES - 1):
        await _try(house, f"{(int(right) + 1) % 1_000_000:06d}")
    assert (await _try(house, right)).status_code == 201


async def test_a_code_is_used_once_and_lives_five_minutes(house: House, moved_clock: Clock) -> None:
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    assert (await _try(house, asked.json()["demo_code"])).status_code == 201
    assert (await _try(house, asked.json()["demo_code"])).status_code == 422
    moved_clock.advance(minutes=1)
    late = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    moved_clock.advance(minutes=5)
    assert (await _try(house, late.json()["demo_code"])).status_code == 422


async def test_a_code_is_nowhere_in_the_database(house: House) -> None:
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    row = str(await fetchval("SELECT to_jsonb(c)::text FROM sign_in_code c"))
    assert asked.json()["demo_code"] not in row and "13900000001" not in row


async def test_refreshing_rotates_and_a_reused_token_ends_the_session(house: House) -> None:
    guest = await house.guest()
    fresh = await _refresh(house, guest.refresh_token)
    assert fresh.status_code == 200
    again = await _refresh(house, guest.refresh_token)
    assert (again.status_code, again.json()["code"]) == (401, "identity.session_ended")
    assert (await _refresh(house, fresh.json()["refresh_token"])).status_code == 401
    assert (await guest.get("/me")).status_code == 401
    reason = await fetchval("SELECT ended_reason FROM session")
    assert reason == "refresh_reused"


async def test_sign_out_holds_from_the_next_request_on(house: House) -> None:
    guest = await house.guest()
    other = await house.guest()
    session = (await guest.get("/auth/sessions")).json()["items"][0]
    assert session["current"] is True
    assert (await other.delete(f"/auth/sessions/{session['id']}")).status_code == 404
    assert (await guest.get("/me")).status_code == 200
    assert (await guest.delete(f"/auth/sessions/{session['id']}")).status_code == 204
    assert (await guest.get("/me")).status_code == 401
    assert (await _refresh(house, guest.refresh_token)).status_code == 401
    assert (await other.get("/me")).status_code == 200


async def test_signing_out_everywhere(house: House, moved_clock: Clock) -> None:
    phone = house.new_phone()
    first = await house.guest(phone)
    moved_clock.advance(seconds=RESEND_AFTER_S)
    second = await house.guest(phone)
    assert (await second.delete("/auth/sessions")).status_code == 204
    assert [(await each.get("/me")).status_code for each in (first, second)] == [401, 401]


async def test_an_access_token_lives_ten_minutes(house: House, moved_clock: Clock) -> None:
    moved_clock.stand_still()
    guest = await house.guest()
    moved_clock.advance(seconds=599)
    assert (await guest.get("/me")).status_code == 200
    moved_clock.advance(seconds=2)
    assert (await guest.get("/me")).status_code == 401
    assert (await _refresh(house, guest.refresh_token)).status_code == 200


async def test_a_browser_keeps_its_refresh_token_out_of_reach(house: House) -> None:
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    body = {"phone": "13900000001", "code": asked.json()["demo_code"], "device": DEVICE, "refresh_in": "cookie"}
    answer = await house.http.post(f"{API}/auth/sessions", json=body)
    assert answer.json()["refresh_token"] is None
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=lax", "path=/api/v1/auth"))
    token = answer.headers["set-cookie"].split("linli_refresh=")[1].split(";")[0]
    fresh = await house.http.post(f"{API}/auth/sessions/refresh", json={}, headers={"Cookie": f"linli_refresh={token}"})
    assert fresh.status_code == 200 and fresh.json()["refresh_token"] is None
    assert "linli_refresh=" in fresh.headers["set-cookie"]


async def test_statements(house: House) -> None:
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": "13900000001"})
    async with house.statements(most=8):
        await _try(house, asked.json()["demo_code"])
    guest = await house.guest()
    async with house.statements(most=4):
        await guest.get("/me")
    async with house.statements(most=3):
        await guest.get("/auth/sessions")


async def _try(house: House, code: str):  # type: ignore[no-untyped-def]
    body = {"phone": "13900000001", "code": code, "device": DEVICE}
    return await house.http.post(f"{API}/auth/sessions", json=body)


async def _refresh(house: House, token: str):  # type: ignore[no-untyped-def]
    return await house.http.post(f"{API}/auth/sessions/refresh", json={"refresh_token": token})


async def test_twenty_codes_a_day_for_an_address_and_no_more(house: House) -> None:
    phones = [house.new_phone() for _ in range(CODES_PER_ADDRESS.times + 1)]
    answers = [await house.http.post(f"{API}/auth/codes", json={"phone": phone}) for phone in phones]
    assert [answer.status_code for answer in answers] == [202] * CODES_PER_ADDRESS.times + [429]
    assert "小时" in answers[-1].json()["detail"]


async def test_the_demo_s_own_people_may_be_tried_all_day(house: House) -> None:
    for _ in range(CODES_PER_PHONE.times + 1):
        await house.guest("13800000011")
