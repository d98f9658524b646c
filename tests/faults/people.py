"""Applicants and moderators who do the whole journey over HTTP and never give up on an unknown."""

import asyncio
import json
import random
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.faults.history import History, Promise
from tests.house import API, id_number

PATIENCE_S = 20.0
"""A phone's; how long an answer may take is for the test to say."""
RETRY_AFTER_S = 0.1
NAMES = ("王秀英", "李建国", "张桂兰", "欧阳明", "陈志强")


class GaveUp(Exception):
    """This phone can't go on: its code was lost on the way and the next one is a minute off."""


@dataclass
class Streets:
    """Where the applicants live, and who they were so far."""

    community: UUID
    homes: list[UUID]
    people: int = 0

    def next(self) -> int:
        self.people += 1
        return self.people


class Person:
    """One client with an address of their own, as a proxy would name it."""

    def __init__(self, base: str, history: History, number: int) -> None:
        self.name = f"p{number}"
        self.number = number
        self.promise = Promise(phone=f"139{number:08d}")
        self.history = history
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._http = httpx.AsyncClient(base_url=base, headers={"X-Forwarded-For": address}, timeout=PATIENCE_S)

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, method: str, path: str, what: str, key: str, body: Any = None, **headers: str) -> Any:
        """The answer, or None when nobody can say what became of the request."""
        if self.promise.access_token:
            headers["Authorization"] = f"Bearer {self.promise.access_token}"
        with self.history.call(self.name, what, key) as call:
            try:
                answer = await self._http.request(method, API + path, json=body, headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                call.outcome = "unsent"
                return None
            except httpx.TransportError:
                call.outcome = "unknown"
                return None
            call.status = answer.status_code
            if answer.status_code >= 500:
                call.outcome = "unknown"
                return None
            call.outcome = "ok" if answer.is_success else "refused"
            return answer

    async def insist(self, method: str, path: str, what: str, key: str, body: Any = None, **headers: str) -> Any:
        """Asks with the same key until somebody answers."""
        while True:
            answer = await self.ask(method, path, what, key, body, **headers)
            if answer is not None:
                return answer
            await asyncio.sleep(RETRY_AFTER_S)

    async def sign_in(self) -> None:
        """Raises GaveUp when a code was drawn that nobody was told."""
        code, phone = await self._code(), self.promise.phone
        device = {"platform": "ios", "name": "测试手机"}
        while True:
            body = {"phone": phone, "code": code, "device": device}
            answer = await self.insist("POST", "/auth/sessions", "sign in", code, body)
            if answer.status_code == 201:
                break
            # The right code refused: the attempt before, of unknown end, had used it.
            code = await self._code()
        told = answer.json()
        self.promise.access_token = told["access_token"]
        self.promise.account = UUID(told["account"]["id"])
        self.promise.session = session_of(told["access_token"])

    async def apply(self, streets: Streets) -> UUID:
        key = uuid4()
        body = {
            "community_id": str(streets.community),
            "real_name": NAMES[self.number % len(NAMES)],
            "id_number": id_number(born=f"19{60 + self.number // 1000 % 40}0102", sequence=self.number % 1000),
            "home_id": str(streets.homes[self.number % len(streets.homes)]),
            "relation": "owner",
            "evidence_media_ids": [],
        }
        self.promise.key = key
        headers = {"Idempotency-Key": str(key)}
        answer = await self.insist("POST", "/verifications", "apply", str(key), body, **headers)
        assert answer.status_code == 201, answer.text
        self.promise.application = UUID(answer.json()["id"])
        # A phone that lost the answer on its own side asks once more, maybe after a kill.
        again = await self.insist("POST", "/verifications", "apply again", str(key), body, **headers)
        assert again.json() == answer.json(), "one key, two answers"
        return self.promise.application

    async def choose_nickname(self) -> None:
        nickname = f"邻居{self.number}"
        answer = await self.insist("PATCH", "/me", "nickname", nickname, {"nickname": nickname})
        assert answer.status_code == 200, answer.text
        self.promise.nickname = nickname

    async def decide(self, promise: Promise) -> None:
        """Claims and approves; after an unknown, what is stored tells whether it happened."""
        path = f"/desk/verifications/{promise.application}"
        claimed = await self.insist("PUT", f"{path}/claim", "claim", str(promise.application))
        assert claimed.status_code == 200, claimed.text
        promise.claimed = True
        approved = await self.insist("PUT", f"{path}/approval", "approve", str(promise.application), {})
        if approved.status_code != 200:
            seen = await self.insist("GET", path, "look", str(promise.application))
            assert seen.json()["state"] == "approved", approved.text
        promise.approved = True

    async def _code(self) -> str:
        answer = await self.insist("POST", "/auth/codes", "code", self.promise.phone, {"phone": self.promise.phone})
        if answer.status_code == 429:
            raise GaveUp
        assert answer.status_code == 202, answer.text
        code: str = answer.json()["demo_code"]
        return code


def session_of(access_token: str) -> UUID:
    """The session that a token names; a client needn't know it, a checker does."""
    claims = access_token.split(".")[1]
    return UUID(json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sid"])


async def applicant(
    base: str,
    history: History,
    streets: Streets,
    desk: "asyncio.Queue[tuple[Promise, asyncio.Event]]",
    chance: random.Random,
    enough: asyncio.Event,
) -> None:
    """One journey after another, with the pauses of a person who types fast, until it is enough."""
    while not enough.is_set():
        person = Person(base, history, streets.next())
        try:
            await person.sign_in()
            history.promises.append(person.promise)
            await asyncio.sleep(chance.uniform(0.02, 0.2))
            await person.apply(streets)
            decided = asyncio.Event()
            await desk.put((person.promise, decided))
            await decided.wait()
            await person.choose_nickname()
        except GaveUp:
            continue
        finally:
            await person.close()


async def moderator(person: Person, desk: "asyncio.Queue[tuple[Promise, asyncio.Event]]") -> None:
    """Decides whatever comes, for ever."""
    while True:
        promise, decided = await desk.get()
        await person.decide(promise)
        decided.set()
