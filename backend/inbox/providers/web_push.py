"""Web Push (RFC 8030): encrypted for one browser (RFC 8291), signed by this house (VAPID, RFC 8292)."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

import httpx
import msgspec
from py_vapid import Vapid02
from pywebpush import WebPusher

from backend.core.clock import now
from backend.core.logs import get_logger
from backend.inbox.providers import Outcome, Push, Target, retry_after_s
from backend.inbox.providers.endpoints import is_push_service
from backend.inbox.providers.one_try import NoAnswer, NotSent, OneTry
from backend.inbox.providers.vapid import private_key
from backend.inbox.schemas import WebPushSubscription
from backend.settings import settings

SIGNATURE_LIFE = timedelta(hours=12)
"""Half of what push services accept."""
NOBODY = "mailto:nobody@localhost"
"""Whom a push service might write to; only a house with an https address has one."""

log = get_logger(__name__)


class WebPush:
    name = "web_push"
    batch_most = 500

    def __init__(self) -> None:
        self._once = OneTry()
        self._has_complained = False

    @classmethod
    def from_settings(cls) -> Self:
        return cls()

    async def send(self, pushes: Sequence[tuple[Target, Push]]) -> list[Outcome]:
        signatures: dict[str, str] = {}
        return await asyncio.gather(*(self._send(signatures, *pair) for pair in pushes))

    async def _send(self, signatures: dict[str, str], target: Target, push: Push) -> Outcome:
        try:
            subscription = msgspec.json.decode(target.address, type=WebPushSubscription)
            body = _encrypted(subscription, push)
        except (msgspec.DecodeError, ValueError):
            return Outcome("refused", "subscription")
        # Asked again: the list of hosts may have grown shorter since the device gave its address.
        if not is_push_service(subscription.endpoint):
            return Outcome("refused", "host")
        audience = _audience(subscription.endpoint)
        if audience not in signatures:
            signatures[audience] = _signature(audience)
        headers = {
            "authorization": signatures[audience],
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(push.ttl_s),
            # At most 32 characters of base64url: a later push of the same item takes the waiting one's place.
            "topic": push.item_id.hex,
            "urgency": "high" if push.urgent else "normal",
        }
        try:
            answer = await self._once.post(subscription.endpoint, body, headers)
        except NotSent:
            return Outcome("later", "not_sent")
        except NoAnswer:
            return Outcome("unknown", "no_answer")
        return self._outcome(answer)

    def _outcome(self, answer: httpx.Response) -> Outcome:
        status, detail = answer.status_code, str(answer.status_code)
        if answer.is_success:
            return Outcome("sent", detail)
        if status in (404, 410):
            return Outcome("gone", detail)
        if status == 429 or status >= 500:
            return Outcome("later", detail, retry_after_s(answer.headers.get("retry-after")))
        if status in (401, 403) and not self._has_complained:
            # Once: our key is not the one that browsers subscribed with, and thousands of lines say no more.
            self._has_complained = True
            log.error("push.web_push_key_refused", status=status)
        return Outcome("refused", detail)


def _encrypted(subscription: WebPushSubscription, push: Push) -> bytes:
    """Raises ValueError for keys that are none."""
    words = msgspec.json.encode({"title": push.title, "body": push.body, "urgent": push.urgent, **push.data()})
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    body: bytes = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(words)["body"]
    return body


def _signature(audience: str) -> str:
    expires = int((now() + SIGNATURE_LIFE).timestamp())
    signed: dict[str, str] = Vapid02(private_key()).sign({"sub": _contact(), "aud": audience, "exp": expires})
    return signed["Authorization"]


def _audience(endpoint: str) -> str:
    url = httpx.URL(endpoint)
    return f"{url.scheme}://{url.netloc.decode()}"


def _contact() -> str:
    parts = urlsplit(settings().public_url)
    return f"https://{parts.hostname}" if parts.scheme == "https" else NOBODY
