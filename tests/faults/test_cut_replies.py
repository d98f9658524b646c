"""The answer to a COMMIT is lost on the way: with a key the retry finds the effect, without one it makes another."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from backend.app import create_litestar, guarded, running
from backend.core.database import fetch, fetchval, pool
from backend.core.live import redis
from backend.settings import settings
from tests.faults.cutting_proxy import CuttingProxy
from tests.house import Community, House, Neighbour, key

CUTS = 100
CONTROL_CUTS = 15


class CutHouse(House):
    """A house whose every statement goes through the proxy."""

    proxy: CuttingProxy

    async def cut(self, person: Neighbour, path: str, body: object, **options: object) -> None:
        """The request happens and its caller is not told."""
        cuts = self.proxy.cuts
        self.proxy.cut_next = True
        answer = await person.post(path, body, **options)
        assert answer.status_code == 503, answer.text
        assert answer.headers["retry-after"]
        assert self.proxy.cuts == cuts + 1, "the fault did not land"


@pytest.fixture
async def house(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CutHouse]:
    folder = parse_qs(urlsplit(settings().dsn).query)["host"][0]
    async with CuttingProxy(Path(folder) / ".s.PGSQL.5432") as proxy:
        through = f"postgresql://linli@127.0.0.1:{proxy.port}/{database}?sslmode=disable"
        monkeypatch.setenv("LINLI_DATABASE_URL", through)
        monkeypatch.setenv("LINLI_RATE_SCALE", "0")
        settings.cache_clear()
        app = create_litestar()
        async with running(app):
            await redis().flushall()
            transport = httpx.ASGITransport(guarded(app), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
                cut_house = CutHouse(client)
                cut_house.proxy = proxy
                yield cut_house
                await cut_house.close()
            # Closed in order, the proxy still up: nothing waits for an answer that it keeps.
            assert pool().get_idle_size() == pool().get_size()
    settings.cache_clear()


async def test_with_a_key_a_retry_finds_the_one_effect(house: CutHouse) -> None:
    community = await house.open_community()
    worker = await house.officer(community, "worker")
    for _ in range(CUTS):
        body, header = entry(house, community), key()
        await house.cut(worker, "/desk/verifications", body, headers=header)
        first = await worker.post("/desk/verifications", body, headers=header)
        again = await worker.post("/desk/verifications", body, headers=header)
        assert first.status_code == again.status_code == 201, first.text
        assert first.json() == again.json()
    rows = await fetch("SELECT account, count(*) AS n, min(id::text) AS id FROM verification GROUP BY account")
    assert [row["n"] for row in rows] == [1] * CUTS
    assert await fetchval("SELECT count(*) FROM audit_line WHERE action = 'verification.entered'") == CUTS
    assert await fetchval("SELECT count(*) FROM flow_step WHERE move = 'begin'") == CUTS


async def test_without_a_key_the_index_refuses_what_had_happened(house: CutHouse) -> None:
    """The control: one row still, since one open application is all the database allows, but a wrong answer."""
    community = await house.open_community()
    worker = await house.officer(community, "worker")
    for _ in range(CONTROL_CUTS):
        body = entry(house, community)
        await house.cut(worker, "/desk/verifications", body)
        again = await worker.post("/desk/verifications", body)
        assert (again.status_code, again.json()["code"]) == (409, "identity.verification_open")
    assert await fetchval("SELECT count(*) FROM verification") == CONTROL_CUTS


async def test_without_a_key_what_no_index_guards_happens_twice(house: CutHouse) -> None:
    """The control that fails: each look at an ID number is on record once for every time it was asked."""
    community = await house.open_community()
    moderator = await house.officer(community, "moderator")
    worker = await house.officer(community, "worker")
    for _ in range(CONTROL_CUTS):
        entered = await worker.post("/desk/verifications", entry(house, community))
        path = f"/desk/verifications/{entered.json()['id']}"
        assert (await moderator.put(f"{path}/claim")).status_code == 200
        await house.cut(moderator, f"{path}/reveals", {"reason": "核对身份"})
        assert (await moderator.post(f"{path}/reveals", {"reason": "核对身份"})).status_code == 201
    looks = await fetch("SELECT count(*) AS n FROM audit_line WHERE action = 'identity.revealed' GROUP BY subject_id")
    assert [row["n"] for row in looks] == [2] * CONTROL_CUTS


def entry(house: House, community: Community) -> dict[str, object]:
    """Somebody new at the counter."""
    return {"phone": house.new_phone(), **house.application(community)}
