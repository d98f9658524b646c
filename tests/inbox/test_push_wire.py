"""What leaves the house on its way to a vendor: never a private word, and few statements for many people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from backend.core.clock import now
from backend.core.crypto import lookup_hmac, seal
from backend.core.database import execute, execute_many, fetch, fetchval
from backend.core.ids import new_id
from backend.inbox import service as inbox
from backend.inbox.providers import use
from backend.inbox.providers.table import make_providers
from backend.inbox.rules import KINDS, TELL_MOST
from backend.inbox.service import pushing
from backend.settings import settings
from tests.house import House
from tests.inbox.devices import another_session, bring_browser, bring_phone
from tests.push_services import FcmService, WebPushService, fcm_service, web_push_service

RECIPIENTS = 2_000
STATEMENTS_MOST = 10
"""12,000 people for 60, on a smaller scale: their rows alone take ten seconds to make."""
WATER: dict[str, str | int] = {"title": "停水", "author": "居委会", "public": 1}
PRIVATE = ("王秀英的秘密", "补交离婚证明", "3幢2单元101", "secret-params-value")


@pytest.fixture
async def services(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[FcmService, WebPushService]]:
    """Both vendors set up, as the worker's environment would have them."""
    async with fcm_service(tmp_path) as fcm, web_push_service() as web:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in fcm.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("LINLI_FCM_CREDENTIALS", str(fcm.credentials))
        monkeypatch.setenv("LINLI_WEB_PUSH_HOSTS", "127.0.0.1")
        settings.cache_clear()
        yield fcm, web
    settings.cache_clear()


async def test_no_private_word_leaves(house: House, services: tuple[FcmService, WebPushService]) -> None:
    fcm, web = services
    person = await house.guest()
    await bring_phone(person, "token-of-a-phone")
    await bring_browser(await another_session(person), web.subscribe())
    params = dict(zip(("title", "body", "reason", "place"), PRIVATE, strict=True))
    for number, kind in enumerate(KINDS):
        about = inbox.About(kind, "notice", UUID(int=number), None, {**params, "author": PRIVATE[0]})
        await inbox.tell(person.account_id, about, once=f"test:{kind}")
    await ring_now(house)
    assert len(fcm.taken) == len(web.taken) == len(KINDS)
    everything = b"".join(request.raw for service in services for request in service.requests)
    everything += msgspec.json.encode([taken.message for taken in web.taken])
    for word in PRIVATE:
        for spelled in (word.encode(), msgspec.json.encode(word), repr(word).encode(), word.encode("unicode_escape")):
            assert spelled not in everything, word
    for secret in (str(person.account_id), person.phone, person.token):
        assert secret.encode() not in everything


async def test_public_words_do(house: House, services: tuple[FcmService, WebPushService]) -> None:
    fcm, _ = services
    person = await house.guest()
    await bring_phone(person, "token-of-a-phone")
    about = inbox.About(
        "notice.urgent", "notice", UUID(int=1), None, {"title": "停水", "author": "居委会", "public": 1}
    )
    await inbox.tell(person.account_id, about, once="test")
    await house.drain()
    (taken,) = fcm.taken
    assert taken.message["notification"]["title"] == "紧急：停水"
    assert taken.message["data"]["subject_id"] == str(UUID(int=1))


async def ring_now(house: House) -> None:
    """Whatever waits for its delay or for the morning rings now."""
    await execute("UPDATE inbox_item SET push_due_at = now() - interval '1 second' WHERE push_state = 'waiting'")
    await execute("UPDATE pgqueuer SET execute_after = now() WHERE status = 'queued'")
    await house.drain()
    assert await house.held_jobs() == 0


async def test_many_people_cost_few_statements(house: House) -> None:
    accounts = await many_people(RECIPIENTS)
    about = inbox.About(
        "notice.urgent", "notice", UUID(int=1), None, {"title": "停水", "author": "居委会", "public": 1}
    )
    for start in range(0, RECIPIENTS, TELL_MOST):
        await inbox.tell_all(accounts[start : start + TELL_MOST], about, once="notice:1:v1")
    batches = [row["batch"] for row in await fetch("SELECT DISTINCT batch FROM inbox_item")]
    use(make_providers())
    async with house.statements(STATEMENTS_MOST):
        for batch in batches:
            await pushing.push_batch(batch)
    assert await fetchval("SELECT count(*) FROM push_delivery WHERE state = 'sent'") == RECIPIENTS


async def many_people(count: int) -> list[UUID]:
    """Signed in, each with a phone; their tokens sealed as `register_device` does."""
    people: list[tuple[UUID, UUID]] = [(new_id(), new_id()) for _ in range(count)]
    at, until = now(), now() + timedelta(days=1)
    await execute_many(
        "INSERT INTO account (id, phone_sealed, phone_hmac) VALUES ($1, '', $2)",
        [(account, account.bytes) for account, _ in people],
    )
    await execute_many(
        """INSERT INTO session (id, account, platform, device_name, created_at, last_seen_at, expires_at)
           VALUES ($1, $2, 'android', '手机', $3, $3, $4)""",
        [(session, account, at, until) for account, session in people],
    )
    devices: list[tuple[Any, ...]] = [
        (
            uuid4(),
            account,
            session,
            lookup_hmac("device", str(session)),
            seal("x", bound_to=f"device.address:{session}"),
        )
        for account, session in people
    ]
    await execute_many(
        """INSERT INTO device (id, account, session, provider, token_hmac, address_sealed)
           VALUES ($1, $2, $3, 'log', $4, $5)""",
        devices,
    )
    return [account for account, _ in people]
