"""Sign-in codes by text message, through a real gateway on loopback that refuses, fails and hangs up."""

import os
from collections.abc import AsyncIterator

import pytest

from backend.core.database import execute, fetchrow, fetchval
from backend.settings import settings
from tests.house import API, House
from tests.sms_gateway import TOKEN, Gateway, gateway

PHONE = "13900000001"
ENVIRONMENT = {"LINLI_DEMO": "0", "LINLI_SMS_TOKEN": TOKEN}


@pytest.fixture
async def texts(house: House) -> AsyncIterator[Gateway]:
    """The house with a gateway, and out of demo mode."""
    before = {name: os.environ.get(name) for name in (*ENVIRONMENT, "LINLI_SMS_URL")}
    async with gateway() as running:
        os.environ.update(ENVIRONMENT, LINLI_SMS_URL=running.url)
        settings.cache_clear()
        yield running
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    settings.cache_clear()


async def test_a_code_arrives_and_signs_in(house: House, texts: Gateway) -> None:
    asked = await house.http.post(f"{API}/auth/codes", json={"phone": PHONE})
    assert asked.json() == {"resend_after_s": 60}
    await house.drain()
    assert [message["to"] for message in texts.sent] == [f"+86{PHONE}"]
    await house.sign_in(PHONE, texts.code())


async def test_an_unknown_phone_costs_the_same_message(house: House, texts: Gateway) -> None:
    for phone in (PHONE, "13900000002"):
        await house.http.post(f"{API}/auth/codes", json={"phone": phone})
    await house.drain()
    assert len(texts.sent) == 2
    assert {len(message["text"]) for message in texts.sent} == {len(texts.sent[0]["text"])}


@pytest.mark.parametrize("failure", [500, 503, 429, 401, 0])
async def test_a_failing_gateway_is_asked_again(house: House, texts: Gateway, failure: int) -> None:
    texts.fail_next.append(failure)
    await house.http.post(f"{API}/auth/codes", json={"phone": PHONE})
    await house.drain()
    assert texts.refused == [failure] and texts.sent == []
    waiting = await fetchrow("SELECT attempts, status::text FROM pgqueuer")
    assert waiting is not None and waiting["status"] == "queued" and waiting["attempts"] >= 1
    await execute("UPDATE pgqueuer SET execute_after = now()")
    await house.drain()
    await house.sign_in(PHONE, texts.code())
    assert await house.held_jobs() == 0


async def test_no_code_is_known_before_it_is_sent(house: House, texts: Gateway) -> None:
    await house.http.post(f"{API}/auth/codes", json={"phone": PHONE})
    assert await fetchval("SELECT code_hmac FROM sign_in_code") is None
    body = {"phone": PHONE, "code": "000000", "device": {"platform": "ios", "name": "x"}}
    assert (await house.http.post(f"{API}/auth/sessions", json=body)).status_code == 422


async def test_a_wrong_token_is_the_operator_s_to_mend(house: House, texts: Gateway) -> None:
    os.environ["LINLI_SMS_TOKEN"] = "stale"
    settings.cache_clear()
    await house.http.post(f"{API}/auth/codes", json={"phone": PHONE})
    await house.drain()
    assert texts.refused == [401] and texts.sent == []


async def test_a_reused_token_is_told_to_the_owner(house: House, texts: Gateway) -> None:
    await house.http.post(f"{API}/auth/codes", json={"phone": PHONE})
    await house.drain()
    guest = await house.sign_in(PHONE, texts.code())
    for _ in range(2):
        await house.http.post(f"{API}/auth/sessions/refresh", json={"refresh_token": guest.refresh_token})
    await house.drain()
    assert "另一处" in texts.sent[-1]["text"] and texts.sent[-1]["to"] == f"+86{PHONE}"
