"""FCM through firebase-admin against a service on loopback, behind a proxy as a server in mainland China has one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.core.ids import new_id
from backend.inbox.providers import Outcome, Push, Target, one_try
from backend.inbox.providers.fcm import Fcm
from backend.inbox.providers.table import make_providers
from backend.settings import settings
from tests.loopback import CUT, RESET, STALL, Answer
from tests.push_services import FcmService, fcm_error, fcm_service

PUSH = Push(new_id(), "邻里", "您有一条新布告", urgent=False, ttl_s=86_400)
APNS_KEY = "THIRD_PARTY_AUTH_ERROR"
NO_TOKEN = "The registration token is not a valid FCM registration token"


@pytest.fixture
async def service(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FcmService]:
    async with fcm_service(tmp_path) as service:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in service.environment.items():
            monkeypatch.setenv(name, value)
        yield service


@pytest.fixture
def fcm(service: FcmService) -> Fcm:
    return Fcm(service.credentials)


def pushes(count: int, push: Push = PUSH) -> list[tuple[Target, Push]]:
    return [(Target(new_id(), f"token-{number}"), push) for number in range(count)]


async def test_what_a_phone_gets(service: FcmService, fcm: Fcm) -> None:
    urgent = Push(new_id(), "停水", "今晚", urgent=True, ttl_s=600, subject_kind="notice", subject_id=PUSH.item_id)
    assert await fcm.send([*pushes(1), (Target(new_id(), "loud"), urgent)]) == [Outcome("sent")] * 2
    plain, loud = sorted(service.taken, key=lambda taken: taken.device != "token-0")
    assert plain.message["notification"] == {"title": "邻里", "body": "您有一条新布告"}
    assert plain.message["data"] == {"item_id": str(PUSH.item_id)}
    assert plain.message["android"]["collapse_key"] == plain.message["android"]["notification"]["tag"]
    assert plain.message["apns"]["headers"]["apns-collapse-id"] == str(PUSH.item_id)
    assert [it.message["android"]["priority"] for it in (plain, loud)] == ["normal", "high"]
    assert [it.message["apns"]["headers"]["apns-priority"] for it in (plain, loud)] == ["5", "10"]
    assert [it.message["android"]["ttl"] for it in (plain, loud)] == ["86400s", "600s"]
    assert loud.message["data"]["subject_id"] == str(PUSH.item_id)


async def test_a_full_batch_asks_for_one_access_token(
    service: FcmService, fcm: Fcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both ends of 500 TLS connections are this one process, however busy the machine is.
    monkeypatch.setattr(one_try, "BEGIN_MOST_S", 60.0)
    monkeypatch.setattr(one_try, "ANSWER_MOST_S", 60.0)
    assert await fcm.send(pushes(Fcm.batch_most)) == [Outcome("sent")] * Fcm.batch_most
    await fcm.send(pushes(3))
    assert (len(service.taken), service.tokens_given) == (503, 1)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (fcm_error(404, "NOT_FOUND", code="UNREGISTERED"), Outcome("gone", "UNREGISTERED")),
        (fcm_error(404, "NOT_FOUND"), Outcome("refused", "404")),
        (fcm_error(403, "PERMISSION_DENIED", code="SENDER_ID_MISMATCH"), Outcome("refused", "SENDER_ID_MISMATCH")),
        (
            fcm_error(400, "INVALID_ARGUMENT", code="INVALID_ARGUMENT", message=NO_TOKEN),
            Outcome("gone", "INVALID_ARGUMENT"),
        ),
        (
            fcm_error(400, "INVALID_ARGUMENT", code="INVALID_ARGUMENT", field_name="message.token"),
            Outcome("gone", "INVALID_ARGUMENT"),
        ),
        (
            fcm_error(400, "INVALID_ARGUMENT", code="INVALID_ARGUMENT", field_name="message.data"),
            Outcome("refused", "INVALID_ARGUMENT"),
        ),
        (fcm_error(400, "INVALID_ARGUMENT", field_name="message.token", message=NO_TOKEN), Outcome("refused", "400")),
        (fcm_error(401, "UNAUTHENTICATED", code=APNS_KEY), Outcome("refused", APNS_KEY)),
        (fcm_error(429, "RESOURCE_EXHAUSTED", code="QUOTA_EXCEEDED"), Outcome("later", "QUOTA_EXCEEDED", 60)),
        (fcm_error(429, "RESOURCE_EXHAUSTED", retry_after="120"), Outcome("later", "429", 120)),
        (fcm_error(500, "INTERNAL", code="INTERNAL"), Outcome("later", "INTERNAL")),
        (fcm_error(503, "UNAVAILABLE", code="UNAVAILABLE", retry_after="7"), Outcome("later", "UNAVAILABLE", 7)),
        (Answer(502, body=b"<html>Bad gateway</html>"), Outcome("later", "502")),
        (Answer(400, body=b'{"error": "plain words"}'), Outcome("refused", "400")),
        (Answer(400, body=b'{"error": {"details": [7]}}'), Outcome("refused", "400")),
        (Answer(302, {"location": "http://127.0.0.1:1/"}), Outcome("refused", "302")),
        (Answer(200, body=b"[not json"), Outcome("sent")),
        (RESET, Outcome("unknown", "no_answer")),
        (CUT, Outcome("unknown", "no_answer")),
    ],
    ids=lambda it: it.detail or it.result if isinstance(it, Outcome) else f"{it.fault}{it.status}",
)  # fmt: skip
async def test_every_answer(service: FcmService, fcm: Fcm, answer: Answer, told: Outcome) -> None:
    service.next = [answer]
    assert await fcm.send(pushes(1)) == [told]
    assert len(service.requests) == 1, "sent again by the library"


async def test_one_bad_answer_is_that_message_s_own(service: FcmService, fcm: Fcm) -> None:
    service.next = [Answer(400, body=b'{"error": "plain words"}'), RESET, fcm_error(503, "UNAVAILABLE")]
    told = await fcm.send(pushes(8))
    assert sorted(it.result for it in told) == ["later", "refused", *["sent"] * 5, "unknown"]


async def test_an_answer_that_never_comes(service: FcmService, fcm: Fcm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_try, "ANSWER_MOST_S", 2.0)
    service.next = [STALL]
    assert sorted(it.result for it in await fcm.send(pushes(3))) == ["sent", "sent", "unknown"]


async def test_nobody_listens(service: FcmService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert await Fcm(service.credentials).send(pushes(2)) == [Outcome("later", "not_sent")] * 2


async def test_an_access_token_that_was_withdrawn_is_fetched_anew(service: FcmService, fcm: Fcm) -> None:
    await fcm.send(pushes(1))
    service.valid_token = "ya29.another"
    assert await fcm.send(pushes(1)) == [Outcome("later", "401")]
    assert await fcm.send(pushes(1)) == [Outcome("sent")]
    assert service.tokens_given == 2


async def test_without_an_access_token_nothing_is_sent(service: FcmService, fcm: Fcm) -> None:
    service.refuse_tokens = True
    assert await fcm.send(pushes(2)) == [Outcome("later", "oauth")] * 2
    assert service.requests == []


@pytest.mark.parametrize("content", [None, b"not json", b'{"type": "authorized_user"}'])
async def test_a_file_that_is_no_service_account_leaves_the_others(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    path = tmp_path / "key.json"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("LINLI_FCM_CREDENTIALS", str(path))
    settings.cache_clear()
    assert [provider.name for provider in make_providers()] == ["web_push", "log"]
    settings.cache_clear()
