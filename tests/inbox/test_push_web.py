"""Web Push against a service on loopback: what the browser reads, and every way it can go wrong."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.core.clock import now
from backend.core.ids import new_id
from backend.inbox.providers import RETRY_AFTER_MOST_S, Outcome, Push, Target, one_try, retry_after_s, vapid
from backend.inbox.providers.endpoints import BROWSERS_SERVICES, is_push_service
from backend.inbox.providers.web_push import WebPush
from backend.settings import settings
from tests.loopback import CUT, RESET, STALL, Answer
from tests.push_keys import vapid_claims
from tests.push_services import WebPushService, web_push_service

PUSH = Push(new_id(), "邻里", "您有一条新布告", urgent=False, ttl_s=86_400)


@pytest.fixture
async def service(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WebPushService]:
    monkeypatch.setenv("LINLI_WEB_PUSH_HOSTS", "127.0.0.1")
    settings.cache_clear()
    async with web_push_service() as service:
        yield service
    monkeypatch.undo()
    settings.cache_clear()


def target(service: WebPushService) -> Target:
    return Target(new_id(), msgspec.json.encode(service.subscribe()).decode())


async def outcome(service: WebPushService, answer: Answer) -> Outcome:
    service.next = [answer]
    (told,) = await WebPush().send([(target(service), PUSH)])
    return told


async def test_the_browser_reads_it(service: WebPushService) -> None:
    urgent = msgspec.structs.replace(PUSH, urgent=True, subject_kind="notice", subject_id=UUID(int=7))
    told = await WebPush().send([(target(service), PUSH), (target(service), urgent)])
    assert [it.result for it in told] == ["sent", "sent"]
    plain, loud = sorted(service.taken, key=lambda taken: taken.device)
    assert plain.message == {"title": "邻里", "body": "您有一条新布告", "urgent": False, "item_id": str(PUSH.item_id)}
    assert loud.message["subject_id"] == str(UUID(int=7))
    assert (plain.headers["topic"], plain.headers["ttl"]) == (PUSH.item_id.hex, "86400")
    assert (plain.headers["urgency"], loud.headers["urgency"]) == ("normal", "high")
    assert not any("新布告".encode() in request.raw for request in service.requests)
    assert vapid_claims(plain.headers["authorization"], audience=service.url)["key"] == vapid.public_key()


@pytest.mark.parametrize(
    ("answer", "result", "detail"),
    [
        (Answer(404), "gone", "404"),
        (Answer(410), "gone", "410"),
        (Answer(400), "refused", "400"),
        (Answer(413), "refused", "413"),
        (Answer(401), "refused", "401"),
        (Answer(403), "refused", "403"),
        (Answer(307, {"location": "http://127.0.0.1:1/inside"}), "refused", "307"),
        (Answer(429), "later", "429"),
        (Answer(500), "later", "500"),
        (Answer(503), "later", "503"),
        (RESET, "unknown", "no_answer"),
        (CUT, "unknown", "no_answer"),
    ],
    ids=lambda it: str(it) if isinstance(it, str) else f"{it.fault}{it.status}",
)
async def test_every_answer(service: WebPushService, answer: Answer, result: str, detail: str) -> None:
    assert await outcome(service, answer) == Outcome(result, detail)  # type: ignore[arg-type]
    assert len(service.requests) == 1, "sent again on its own"


async def test_an_answer_that_never_comes(service: WebPushService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_try, "ANSWER_MOST_S", 1.5)
    service.next = [STALL]
    told = await WebPush().send([(target(service), PUSH), (target(service), PUSH)])
    assert sorted(it.result for it in told) == ["sent", "unknown"]


async def test_more_than_there_are_places_for(service: WebPushService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_try, "AT_ONCE", 1)
    monkeypatch.setattr(one_try, "BEGIN_MOST_S", 0.2)
    monkeypatch.setattr(one_try, "ANSWER_MOST_S", 0.6)
    service.next = [STALL]
    told = await WebPush().send([(target(service), PUSH) for _ in range(3)])
    assert sorted(it.detail for it in told) == ["no_answer", "not_sent", "not_sent"]
    assert len(service.requests) == 1


async def test_nobody_listens(service: WebPushService) -> None:
    subscription = {**service.subscribe(), "endpoint": "http://127.0.0.1:1/push"}
    (told,) = await WebPush().send([(Target(new_id(), msgspec.json.encode(subscription).decode()), PUSH)])
    assert told == Outcome("later", "not_sent")


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("120", 120, 120), ("99999999999", 86_400, 86_400), ("soon", 0, 0), ("-5", 0, 0), ("date", 60, 90)],
)
async def test_how_long_to_wait(service: WebPushService, header: str, least: int, most: int) -> None:
    if header == "date":
        header = format_datetime(now() + timedelta(seconds=90), usegmt=True)
    told = await outcome(service, Answer(429, {"retry-after": header}))
    assert told.result == "later" and least <= told.retry_after_s <= most


async def test_a_refused_key_is_said_once(service: WebPushService, caplog: pytest.LogCaptureFixture) -> None:
    service.next = [Answer(403)] * 3
    await WebPush().send([(target(service), PUSH) for _ in range(3)])
    assert caplog.text.count("push.web_push_key_refused") == 1


async def test_what_is_no_subscription(service: WebPushService) -> None:
    broken = [{"endpoint": service.url, "p256dh": "A" * 87, "auth": "A" * 22}, {"nothing": 1}]
    told = await WebPush().send([(Target(new_id(), msgspec.json.encode(it).decode()), PUSH) for it in broken])
    assert told == [Outcome("refused", "subscription")] * 2


async def test_a_host_that_left_the_list_gets_nothing(service: WebPushService, monkeypatch: pytest.MonkeyPatch) -> None:
    to = target(service)
    monkeypatch.setenv("LINLI_WEB_PUSH_HOSTS", "")
    settings.cache_clear()
    assert await WebPush().send([(to, PUSH)]) == [Outcome("refused", "host")]
    assert service.requests == []


@pytest.mark.parametrize("host", [*BROWSERS_SERVICES, "push.example.cn"])
def test_hosts_that_are_called(host: str, monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    monkeypatch.setenv("LINLI_WEB_PUSH_HOSTS", " push.example.cn ,127.0.0.1")
    settings.cache_clear()
    name = host.replace("*", "web")
    assert is_push_service(f"https://{name}/p/1")
    for near in (f"http://{name}/p", f"https://{name}:8443/p", f"https://{name}.evil.cn/p", f"https://u:p@{name}/p"):
        assert not is_push_service(near), near
    settings.cache_clear()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1/p", "http://localhost/p", "https://[::1]/p", "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/p", "https://push.apple.com.evil.cn/p", "https://evilpush.apple.com/p", "file:///etc/passwd",
        "https://fcm.googleapis.com\\@evil.cn/p", "https://evil.cn#@fcm.googleapis.com/", "https://fcm.googleapis.com@evil.cn",
        "https://ｆcm.googleapis.com/p", "gopher://fcm.googleapis.com/", "//fcm.googleapis.com/p", "", "https://",
    ],
)  # fmt: skip
def test_hosts_that_are_not(endpoint: str, database: str) -> None:
    assert not is_push_service(endpoint)


@given(
    st.builds(str.__add__, st.sampled_from(["", "//", "https://", "http://[", "https://%", "https://a:"]), st.text())
)
@example("https://xn--0/p")
@example("https://xn--/p")
def test_any_words_are_a_host_or_none(endpoint: str) -> None:
    assert is_push_service(endpoint) is False


@given(st.text())
@example("Wed, 21 Oct 99999 07:28:00 GMT")
@example("1 Jan 0001 00:00:00 +2359")
@example("²")
def test_any_words_are_a_wait_or_none(header: str) -> None:
    assert 0 <= retry_after_s(header) <= RETRY_AFTER_MOST_S
