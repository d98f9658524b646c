"""Firebase Cloud Messaging through firebase-admin, which writes the messages and reads the errors.

Its HTTP client is replaced by ours: it would send a POST up to five times on 500 and 503, wait 120 s, refresh its
token in the middle of the event loop, and pass by the proxy that a server in mainland China needs to reach Google.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import firebase_admin
import httpx
import msgspec
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request as TokenRequest

from backend.core.clock import now
from backend.core.ids import new_id
from backend.core.logs import get_logger
from backend.inbox.providers import Outcome, Push, Target, retry_after_s
from backend.inbox.providers.one_try import NoAnswer, NotSent, OneTry
from backend.settings import settings

TOKEN_MOST_S = 4.0
QUOTA_LEAST_S = 60
"""What Google asks for after 429."""
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
TOKEN_FIELD = "message.token"

log = get_logger(__name__)


class _Violation(msgspec.Struct):
    field: str = ""


class _Detail(msgspec.Struct):
    type: str = msgspec.field(name="@type", default="")
    code: str = msgspec.field(name="errorCode", default="")
    violations: list[_Violation] = msgspec.field(name="fieldViolations", default_factory=list)


class _Error(msgspec.Struct):
    message: str = ""
    details: list[_Detail] = []


class _Answer(msgspec.Struct):
    """What we read of an error's body; firebase-admin stumbles over bodies of any other shape."""

    error: _Error = msgspec.field(default_factory=_Error)


class Fcm:
    name = "fcm"
    batch_most = 500

    def __init__(self, service_account: Path) -> None:
        """Raises OSError or ValueError when the file is none of a service account."""
        certificate = credentials.Certificate(str(service_account))
        self._app = firebase_admin.initialize_app(certificate, name=f"linli-{new_id()}")
        self._credential = certificate.get_credential()
        # The one private name that we touch: there is no public way to its client.
        messaging._get_messaging_service(self._app)._async_client = _Client(self._credential)

    @classmethod
    def from_settings(cls) -> Self | None:
        path = settings().fcm_credentials
        if path is None:
            return None
        try:
            return cls(path)
        except (OSError, ValueError) as error:
            log.error("push.fcm_credentials_unusable", error=type(error).__name__)
            return None

    async def send(self, pushes: Sequence[tuple[Target, Push]]) -> list[Outcome]:
        if not await self._has_token():
            return [Outcome("later", "oauth") for _ in pushes]
        messages = [_message(target.address, push) for target, push in pushes]
        try:
            answer = await messaging.send_each_async(messages, app=self._app)
        except exceptions.FirebaseError:
            # What it did not foresee; some of the batch may be out.
            return [Outcome("unknown", "library") for _ in pushes]
        return [_outcome(sent.exception) for sent in answer.responses]

    async def _has_token(self) -> bool:
        """A fresh one when the old is used up; in a thread, because the library waits for it standing still."""
        if self._credential.valid:
            return True
        try:
            async with asyncio.timeout(TOKEN_MOST_S):
                await asyncio.to_thread(self._credential.refresh, partial(TokenRequest(), timeout=TOKEN_MOST_S))
        except (GoogleAuthError, TimeoutError) as error:
            log.error("push.fcm_token_refused", error=type(error).__name__)
            return False
        return True


class _Client:
    """What firebase-admin sends through: `request` as its own client has it."""

    def __init__(self, credential: Any) -> None:
        self._credential = credential
        self._once = OneTry()

    async def request(self, _method: str, *, url: str, headers: dict[str, str], json: Any) -> httpx.Response:
        headers = {**headers, "authorization": f"Bearer {self._credential.token}", "content-type": "application/json"}
        try:
            answer = await self._once.post(url, msgspec.json.encode(json), headers)
        except NotSent as error:
            raise httpx.ConnectError("not sent") from error
        except NoAnswer as error:
            raise httpx.ReadTimeout("no answer") from error
        if answer.is_success:
            # A 2xx is a yes, whatever stands in its body.
            return httpx.Response(200, json={"name": "taken"})
        if answer.status_code == 401 and self._credential.token is not None:
            # Once a batch; the next one begins with a fresh token.
            self._credential.token = None
            log.error("push.fcm_unauthorised", status=401)
        readable = httpx.Response(
            answer.status_code, headers=_retry_after(answer), json=_readable(answer), request=answer.request
        )
        return readable.raise_for_status()


def _message(token: str, push: Push) -> messaging.Message:
    tag = str(push.item_id)
    message = messaging.Message(
        data=push.data(),
        notification=messaging.Notification(title=push.title, body=push.body),
        android=messaging.AndroidConfig(
            priority="high" if push.urgent else "normal",
            ttl=timedelta(seconds=push.ttl_s),
            collapse_key=tag,
            notification=messaging.AndroidNotification(tag=tag),
        ),
        apns=messaging.APNSConfig(
            headers={
                "apns-collapse-id": tag,
                "apns-priority": "10" if push.urgent else "5",
                "apns-expiration": str(int(now().timestamp()) + push.ttl_s),
            },
            payload=messaging.APNSPayload(messaging.Aps(sound="default")),
        ),
    )
    # Not by its argument, which warns that installation ids come instead: phones in use have tokens.
    message.token = token
    return message


def _outcome(error: exceptions.FirebaseError | None) -> Outcome:
    if error is None:
        return Outcome("sent")
    answer = error.http_response
    if answer is None:
        never_left = isinstance(error.cause, httpx.ConnectError)
        return Outcome("later", "not_sent") if never_left else Outcome("unknown", "no_answer")
    wait_s = retry_after_s(answer.headers.get("retry-after"))
    status, detail = answer.status_code, _code(answer) or str(answer.status_code)
    if isinstance(error, messaging.UnregisteredError):
        return Outcome("gone", detail)
    if status == 429:
        return Outcome("later", detail, max(wait_s, QUOTA_LEAST_S))
    if status >= 500:
        return Outcome("later", detail, wait_s)
    if status == 401 and not isinstance(error, messaging.ThirdPartyAuthError):
        return Outcome("later", detail, wait_s)
    if status == 400 and _names_the_token(answer):
        return Outcome("gone", detail)
    return Outcome("refused", detail)


def _code(answer: httpx.Response) -> str:
    error = msgspec.json.decode(answer.content, type=_Answer).error
    return next((detail.code for detail in error.details if detail.type == FCM_ERROR), "")


def _names_the_token(answer: httpx.Response) -> bool:
    """400 is also for a message that is too long or malformed, which says nothing about the device."""
    error = msgspec.json.decode(answer.content, type=_Answer).error
    named = [violation.field for detail in error.details for violation in detail.violations]
    if _code(answer) != "INVALID_ARGUMENT":
        return False
    return set(named) == {TOKEN_FIELD} if named else "registration token" in error.message


def _readable(answer: httpx.Response) -> Any:
    try:
        return msgspec.to_builtins(msgspec.json.decode(answer.content, type=_Answer))
    except msgspec.MsgspecError:
        return {"error": {}}


def _retry_after(answer: httpx.Response) -> dict[str, str]:
    header = answer.headers.get("retry-after")
    return {} if header is None else {"retry-after": header}
