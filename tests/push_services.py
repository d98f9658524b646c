"""Push services on loopback that speak the real protocols: FCM v1 (with its OAuth endpoint) and Web Push.

They take what Linli sends, open it as the phone or browser would, and fail in the ways push services fail.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.loopback import CUT, Answer, Connected, Pace, Request, http, listening
from tests.push_keys import PEM, Browser, open_push, private_pem, vapid_claims, write_authority

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
FCM_HOST = "fcm.googleapis.com"
PROJECT = "linli-test"
ACCOUNT = "push@linli-test.iam.gserviceaccount.com"
ACCESS_TOKEN = "ya29.on-loopback"


@dataclass
class Taken:
    """One push that the service said yes to: whom it was for, and what that device read."""

    device: str
    headers: dict[str, str]
    message: dict[str, Any]


@dataclass
class Service(Pace):
    """`requests` is all that came, `taken` what was said yes to (a `cut` yes too). `next` answers once each, in their
    order, before what is right."""

    requests: list[Request] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    next: list[Answer] = field(default_factory=list)

    def answer(self, request: Request, take: Callable[[], Taken], yes: Answer) -> Answer:
        self.requests.append(request)
        answer = self.next.pop(0) if self.next else yes
        if answer is yes or answer is CUT:
            self.taken.append(take())
        return answer


@dataclass
class WebPushService(Service):
    """`url` is what `LINLI_WEB_PUSH_HOSTS` must let through; `browsers` are the subscribers by their endpoint's end."""

    url: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)

    def subscribe(self) -> dict[str, str]:
        """A new browser's subscription, as `PUT /devices/current` takes it."""
        name = f"browser-{len(self.browsers)}"
        self.browsers[name] = Browser()
        return {"endpoint": f"{self.url}/push/{name}", **self.browsers[name].keys}

    def serve(self, request: Request) -> Answer:
        name = request.path.removeprefix("/push/")
        if name not in self.browsers:
            return Answer(404)
        claims = vapid_claims(request.headers["authorization"], audience=self.url)
        assert claims["exp"] and claims["sub"]
        assert request.headers["content-encoding"] == "aes128gcm"

        def take() -> Taken:
            opened = open_push(request.body, self.browsers[name])
            return Taken(name, request.headers, msgspec.json.decode(opened))

        return self.answer(request, take, Answer(201))


@dataclass
class FcmService(Service):
    """`credentials` is a service account's file whose tokens this service gives and takes."""

    credentials: Path = Path()
    environment: dict[str, str] = field(default_factory=dict)
    tokens_given: int = 0
    refuse_tokens: bool = False
    valid_token: str = ACCESS_TOKEN
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def serve(self, request: Request) -> Answer:
        assert request.path == f"/v1/projects/{PROJECT}/messages:send", request.path
        if request.headers.get("authorization") != f"Bearer {self.valid_token}":
            self.requests.append(request)
            return fcm_error(401, "UNAUTHENTICATED")
        message = msgspec.json.decode(request.body)["message"]
        name = f"projects/{PROJECT}/messages/{len(self.taken)}"
        yes = Answer(200, body=msgspec.json.encode({"name": name}))
        return self.answer(request, lambda: Taken(message["token"], request.headers, message), yes)

    def serve_token(self, request: Request) -> Answer:
        """RFC 7523: a signed assertion for an access token."""
        assertion = parse_qs(request.body.decode())["assertion"][0]
        claims = jwt.decode(assertion, self.key.public_key(), algorithms=["RS256"], options={"verify_aud": False})
        assert claims["iss"] == ACCOUNT
        if self.refuse_tokens:
            return Answer(400, body=b'{"error": "invalid_grant"}')
        self.tokens_given += 1
        return Answer(
            200,
            {"content-type": "application/json"},
            msgspec.json.encode({"access_token": self.valid_token, "expires_in": 3600, "token_type": "Bearer"}),
        )


def fcm_error(
    status: int, name: str, *, code: str = "", field_name: str = "", message: str = "", **headers: str
) -> Answer:
    """An error as FCM v1 words it: `code` is FcmError's, `field_name` the field that a BadRequest names."""
    details: list[dict[str, Any]] = []
    if code:
        details.append({"@type": FCM_ERROR, "errorCode": code})
    if field_name:
        details.append({"@type": BAD_REQUEST, "fieldViolations": [{"field": field_name, "description": "wrong"}]})
    error = {"code": status, "message": message or name, "status": name, "details": details}
    return Answer(status, {key.replace("_", "-"): value for key, value in headers.items()}, _json({"error": error}))


@asynccontextmanager
async def web_push_service() -> AsyncIterator[WebPushService]:
    service = WebPushService()
    async with listening(http(service.serve, service)) as port:
        service.url = f"http://127.0.0.1:{port}"
        yield service


@asynccontextmanager
async def fcm_service(folder: Path) -> AsyncIterator[FcmService]:
    """FCM behind an HTTPS proxy, since its address is fixed: `environment` is what leads a process to it."""
    service = FcmService()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority, certificate = write_authority(folder, FCM_HOST)
    tls.load_cert_chain(certificate)
    async with (
        listening(http(service.serve, service), tls) as port,
        listening(_proxy({f"{FCM_HOST}:443": port})) as proxy,
        listening(http(service.serve_token, service)) as tokens,
    ):
        service.environment = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy}", "SSL_CERT_FILE": str(authority)}
        service.credentials = folder / "service-account.json"
        service.credentials.write_bytes(_json(_service_account(service.key, f"http://127.0.0.1:{tokens}/token")))
        yield service


def _service_account(key: rsa.RSAPrivateKey, token_uri: str) -> dict[str, str]:
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "k1",
        "private_key": private_pem(key, PEM),
        "client_email": ACCOUNT,
        "client_id": "1",
        "token_uri": token_uri,
    }


def _proxy(ports: dict[str, int]) -> Connected:
    """CONNECT to the named hosts, which are ours; to nobody else."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.splitlines()[0].split()
        assert method == "CONNECT"
        if target not in ports:
            writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
            return
        from_service, to_service = await asyncio.open_connection("127.0.0.1", ports[target])
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_pump(reader, to_service), _pump(from_service, writer))

    return connected


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
    finally:
        writer.close()


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value)
