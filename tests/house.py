"""What tests do with a house: people by name, made through the API, on a real database of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from litestar import Litestar

from backend.app import guarded, register_domains, running
from backend.core import clock
from backend.core.database import execute, fetchval, start_counting_statements, transaction
from backend.core.ids import new_id
from backend.core.live import redis
from backend.settings import settings
from workers.main import MOST_JOBS_AT_ONCE, make_queuer

API = "/api/v1"
REGION = "330106"
DRAIN_S = 120
"""For hundreds of jobs on a busy machine; one that hangs is told from a slow one all the same."""
DUE_SQL = "SELECT count(*) FROM pgqueuer WHERE status IN ('queued', 'picked') AND execute_after <= now()"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born: str = "19800101", sequence: int = 1) -> str:
    """A valid 18-digit number; an odd sequence is a man's."""
    body = f"{REGION}{born}{sequence:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


@dataclass
class Neighbour:
    """Somebody signed in. `get`, `post` … speak to the API with their token; paths are below /api/v1."""

    house: "House"
    phone: str
    token: str
    refresh_token: str
    account_id: UUID
    headers: dict[str, str] = field(default_factory=dict)

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **self.headers, **options.pop("headers", {})}
        return await self.house.http.request(method, API + path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        if json is not None or not options.keys() & {"content", "files", "data"}:
            options["json"] = json if json is not None else {}
        return await self.request("POST", path, **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return await self.request("PUT", path, json=json if json is not None else {}, **options)

    async def patch(self, path: str, json: Any, **options: Any) -> httpx.Response:
        return await self.request("PATCH", path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("DELETE", path, **options)


@dataclass
class Community:
    id: UUID
    name: str
    homes: list[UUID]


@dataclass
class House:
    """A running application: its HTTP client, its people, its queue."""

    http: httpx.AsyncClient
    _sequence: int = 0
    _lines: list[asyncpg.Connection] = field(default_factory=list)
    """The queue's own, and one for who watches it: kept, since a new one knows no table and no plan."""

    async def open_community(self, name: str = "翠湖社区", homes: int = 6) -> Community:
        """A community with one estate, building and entrance, and homes 101, 102 … in it."""
        community = Community(new_id(), name, [])
        async with transaction():
            await execute(
                "INSERT INTO community (id, name, district, home_count) VALUES ($1, $2, '西湖区', $3)",
                community.id,
                name,
                homes,
            )
            await execute(
                "INSERT INTO organisation (id, community, kind, name) VALUES ($1, $2, 'committee', $3)",
                new_id(),
                community.id,
                f"{name}居委会",
            )
            parent: UUID | None = None
            path = ""
            for kind, place in (("estate", "翠湖园"), ("building", "3幢"), ("entrance", "2单元")):
                path = f"{path} {place}".strip()
                parent = await self._place(community.id, parent, kind, place, path)
            for number in range(101, 101 + homes):
                home = await self._place(community.id, parent, "home", str(number), f"{path} {number}")
                community.homes.append(home)
        return community

    async def guest(self, phone: str | None = None) -> Neighbour:
        """Signed in with a phone, not verified."""
        phone = phone or self.new_phone()
        asked = await self.http.post(f"{API}/auth/codes", json={"phone": phone})
        assert asked.status_code == 202, asked.text
        return await self.sign_in(phone, asked.json()["demo_code"])

    async def sign_in(self, phone: str, code: str) -> Neighbour:
        device = {"platform": "ios", "name": "测试手机"}
        answer = await self.http.post(f"{API}/auth/sessions", json={"phone": phone, "code": code, "device": device})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return Neighbour(self, phone, body["access_token"], body["refresh_token"], UUID(body["account"]["id"]))

    async def officer(self, community: Community | None, role: str, phone: str | None = None) -> Neighbour:
        """Somebody who holds a role, granted by the operator; no resident unless made one."""
        person = await self.guest(phone)
        await execute(
            "INSERT INTO role_grant (id, community, account, role) VALUES ($1, $2, $3, $4)",
            new_id(),
            community.id if community else None,
            person.account_id,
            role,
        )
        return person

    async def resident(
        self, community: Community, moderator: Neighbour, *, home: int = 0, name: str = "王秀英", number: str = ""
    ) -> Neighbour:
        """Applied, claimed, approved: the whole way through the API."""
        person = await self.guest()
        application = await person.post("/verifications", self.application(community, home, name, number))
        assert application.status_code == 201, application.text
        path = f"/desk/verifications/{application.json()['id']}"
        for step in ("claim", "approval"):
            answer = await moderator.put(f"{path}/{step}")
            assert answer.status_code == 200, answer.text
        return person

    def application(
        self, community: Community, home: int = 0, name: str = "王秀英", number: str = "", **more: Any
    ) -> dict[str, Any]:
        """The body of an application by an owner."""
        self._sequence += 1
        born = f"19{60 + self._sequence // 1000}0102"
        return {
            "community_id": str(community.id),
            "real_name": name,
            "id_number": number or id_number(born, self._sequence % 1000),
            "home_id": str(community.homes[home]),
            "relation": "owner",
            "evidence_media_ids": [],
            **more,
        }

    def new_phone(self) -> str:
        self._sequence += 1
        return f"139{self._sequence:08d}"

    async def drain(self) -> None:
        """Runs every job that is due, with the worker's own table of what follows, until none is left."""
        if not self._lines:
            self._lines = [await asyncpg.connect(settings().dsn) for _ in range(2)]
        # Beside the pool: whoever watches doesn't stand in line with what is watched.
        working_on, watching = self._lines
        queuer = make_queuer(working_on)
        working = asyncio.create_task(
            queuer.qm.run(
                dequeue_timeout=timedelta(milliseconds=100), batch_size=10, max_concurrent_tasks=MOST_JOBS_AT_ONCE
            )
        )
        try:
            async with asyncio.timeout(DRAIN_S):
                # Not the queue's own drain mode: that waits for jobs due tomorrow, too.
                while await watching.fetchval(DUE_SQL):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        finally:
            queuer.shutdown.set()
            await working
            # The next queue listens for itself.
            await working_on.reset()

    async def close(self) -> None:
        for line in self._lines:
            await line.close()
        self._lines.clear()

    async def due_now(self) -> None:
        """Jobs that wait for a later hour are due: the queue goes by PostgreSQL's clock, which no test moves."""
        await execute("UPDATE pgqueuer SET execute_after = now() WHERE execute_after > now()")

    @asynccontextmanager
    async def statements(self, most: int) -> AsyncIterator[list[int]]:
        """Holds what runs inside to a number of statements; each request counts its caller's own."""
        count = start_counting_statements()
        yield count
        assert 0 < count[0] <= most, f"{count[0]} statements, {most} allowed"

    async def held_jobs(self) -> int:
        """Jobs that failed for good."""
        return await fetchval("SELECT count(*) FROM pgqueuer WHERE status = 'failed'")

    def go_on_from(self, other: "House") -> None:
        """The next phone and number are those that the other house would have made next."""
        self._sequence = other._sequence

    async def _place(self, community: UUID, parent: UUID | None, kind: str, name: str, path: str) -> UUID:
        place = new_id()
        await execute(
            """INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
               VALUES ($1, $2, $3, $4, $5, $5, $6, $7)""",
            place,
            community,
            parent,
            kind,
            name,
            path,
            kind != "home",
        )
        return place


@asynccontextmanager
async def open_house(router: Litestar) -> AsyncIterator[House]:
    """The application on the running loop and the database of its settings, with nothing in Valkey."""
    # A test may have registered domains of its own.
    register_domains()
    # Not Litestar's own lifespan: its cancel scope may not be left by another task, as a fixture's end is.
    async with running(router):
        await redis().flushall()
        transport = httpx.ASGITransport(guarded(router), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
            house = House(client)
            try:
                yield house
            finally:
                await house.close()


class Clock:
    """The application's clock, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._stands_at: datetime | None = None
        clock.set_clock(lambda: (self._stands_at or datetime.now(UTC)) + self.ahead)

    def stand_still(self) -> None:
        """From now on nothing but `advance` moves it: two seconds before a limit are two on any machine."""
        self._stands_at = datetime.now(UTC)

    def advance(self, **how_long: float) -> None:
        self.ahead += timedelta(**how_long)


def key() -> dict[str, str]:
    """A fresh Idempotency-Key header."""
    return {"Idempotency-Key": str(uuid4())}


async def at_once(*calls: Any) -> list[Any]:
    return list(await asyncio.gather(*calls))
