"""The device that a session can be pushed to: brought, moved, forgotten, refused, dropped."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.core import crypto
from backend.core.database import fetch, fetchval
from backend.inbox.providers import vapid
from backend.inbox.schemas import PUSH_TOKEN_MAX_CHARS
from backend.inbox.service.devices import DEVICES_MOST, UNSEEN_LIFE, open_address, purge_old_devices
from backend.settings import settings
from tests.house import Clock, House
from tests.inbox.devices import another_session, bring_browser, bring_phone
from tests.push_keys import Browser, decode, encode

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"
DAY_S = 86_400


def subscription(**other: str) -> dict[str, str]:
    return {"endpoint": ENDPOINT, **Browser().keys, **other}


async def devices() -> list[dict[str, Any]]:
    return [dict(row) for row in await fetch("SELECT * FROM device ORDER BY seen_at, id")]


async def test_a_phone_is_brought_and_forgotten(house: House) -> None:
    person = await house.guest()
    async with house.statements(8):
        told = await bring_phone(person)
    assert (told["platform"], told["provider"]) == ("android", "log")
    (held,) = await devices()
    assert "token-of-a-phone" not in str(held)
    assert open_address(held["address_sealed"], held["session"]) == "token-of-a-phone"
    for _ in range(2):
        async with house.statements(2):
            assert (await person.delete("/devices/current")).status_code == 204
    assert await devices() == []


async def test_a_browser_is_brought(house: House) -> None:
    person = await house.guest()
    assert (await bring_browser(person, subscription()))["provider"] == "web_push"
    assert ENDPOINT not in str(await devices())


async def test_with_fcm_a_phone_is_fcm_s(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_FCM_CREDENTIALS", str(tmp_path / "key.json"))
    settings.cache_clear()
    person = await house.guest()
    assert (await bring_phone(person))["provider"] == "fcm"
    settings.cache_clear()


async def test_a_session_has_one_device(house: House) -> None:
    person = await house.guest()
    await bring_phone(person)
    (first,) = await devices()
    await bring_browser(person, subscription())
    (second,) = await devices()
    assert (first["id"], first["provider"], second["provider"]) == (second["id"], "log", "web_push")
    assert open_address(second["address_sealed"], second["session"]).startswith('{"endpoint"')


async def test_an_address_belongs_to_the_newest_session(house: House) -> None:
    first, second = await house.guest(), await house.guest()
    await bring_phone(first)
    await bring_phone(second)
    assert [device["account"] for device in await devices()] == [second.account_id]
    # The first one's own wish changes nothing of the other's.
    assert (await first.delete("/devices/current")).status_code == 204
    assert len(await devices()) == 1


@pytest.mark.parametrize("brought", [DEVICES_MOST, DEVICES_MOST + 1])
async def test_the_oldest_leaves(house: House, moved_clock: Clock, brought: int) -> None:
    person = await house.guest()
    for number in range(brought):
        moved_clock.advance(seconds=1)
        await bring_phone(await another_session(person), f"token-of-{number}")
    held = await devices()
    assert len(held) == DEVICES_MOST
    oldest = open_address(held[0]["address_sealed"], held[0]["session"])
    assert oldest == f"token-of-{brought - DEVICES_MOST}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"platform": "ios"}, "push_token"),
        ({"platform": "web"}, "subscription"),
        ({"platform": "web", "push_token": "12345678"}, "subscription"),
        ({"platform": "ios", "subscription": subscription()}, "push_token"),
        ({"platform": "ios", "push_token": "12345678", "subscription": subscription()}, "push_token"),
        ({"platform": "web", "push_token": "12345678", "subscription": subscription()}, "subscription"),
        ({"platform": "ios", "push_token": "推送推送推送推送"}, "push_token"),
        ({"platform": "ios", "push_token": "a token\r\nx: y"}, "push_token"),
        ({"platform": "ios", "push_token": "x" * (PUSH_TOKEN_MAX_CHARS + 1)}, "push_token"),
        ({"platform": "web", "subscription": subscription(endpoint="https://10.0.0.1/p")}, "subscription.endpoint"),
        ({"platform": "web", "subscription": subscription(endpoint="http://127.0.0.1/p")}, "subscription.endpoint"),
        ({"platform": "web", "subscription": subscription(p256dh="A" * 87)}, "subscription.p256dh"),
        ({"platform": "web", "subscription": subscription(auth="A" * 21)}, "subscription.auth"),
        ({"platform": "web", "subscription": subscription(auth="A" * 24)}, "subscription.auth"),
    ],
)
async def test_what_is_refused(house: House, body: dict[str, Any], field: str) -> None:
    person = await house.guest()
    answer = await person.put("/devices/current", body)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await devices() == []


async def test_a_token_at_its_longest(house: House) -> None:
    await bring_phone(await house.guest(), "x" * PUSH_TOKEN_MAX_CHARS)


async def test_nobody_without_signing_in(house: House) -> None:
    assert (await house.http.put("/api/v1/devices/current", json={"platform": "ios"})).status_code == 401
    assert (await house.http.delete("/api/v1/devices/current")).status_code == 401


async def test_the_key_is_the_same_wherever_the_ring_is(house: House) -> None:
    keys = set()
    for _ in range(2):
        keys.add((await house.http.get("/api/v1/devices/web-push-key")).json()["public_key"])
        crypto.ring.cache_clear()
    (key,) = keys
    assert (len(decode(key)), decode(key)[0], encode(decode(key))) == (65, 4, key)
    assert crypto.p256_key("another purpose").public_key() != vapid.private_key().public_key()


async def test_the_daily_round(house: House, moved_clock: Clock) -> None:
    staying, leaving, silent = [await house.guest() for _ in range(3)]
    for number, person in enumerate((staying, leaving, silent)):
        await bring_phone(person, f"token-of-{number}")
    await leaving.delete("/auth/sessions")
    await purge_old_devices()
    assert {device["account"] for device in await devices()} == {staying.account_id, silent.account_id}
    # Sessions outlive 270 days here: what is dropped is dropped for its silence.
    await fetchval("UPDATE session SET expires_at = expires_at + interval '2 years' RETURNING 1")
    moved_clock.advance(seconds=UNSEEN_LIFE.total_seconds() - DAY_S)
    assert await held_accounts() == {staying.account_id, silent.account_id}
    await bring_phone(await another_session(staying), "token-of-0")
    moved_clock.advance(seconds=DAY_S + 1)
    assert await held_accounts() == {staying.account_id}


async def held_accounts() -> set[UUID]:
    await purge_old_devices()
    return {device["account"] for device in await devices()}
