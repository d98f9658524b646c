"""Two API processes, a worker and Valkey: what one is told the other knows, and what is away is done without."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.faults.history import History
from tests.faults.nemesis import appoint, open_community
from tests.faults.people import PATIENCE_S, Person, Streets
from tests.faults.pieces import Pieces, start_pieces
from tests.house import API
from tests.parts.running import free_port, on_this_machine

EVERYWHERE_WITHIN_S = 1.0
TAKEN_OVER_WITHIN_S = 40.0
"""Another worker waits out the dead one's heartbeat, 15 s, before it takes the job."""
REQUESTS_WITHOUT_VALKEY = 200
SIGKILLED = -9

COUNT_RENAMES = """
CREATE TABLE renamed (n bigserial, name text);
CREATE FUNCTION note_rename() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO renamed (name) VALUES (NEW.display_name); RETURN NULL; END $$;
CREATE TRIGGER note_rename AFTER UPDATE OF display_name ON residency FOR EACH ROW
WHEN (OLD.display_name IS DISTINCT FROM NEW.display_name) EXECUTE FUNCTION note_rename();
"""


@pytest.fixture(scope="module")
def pieces() -> Iterator[Pieces]:
    with tempfile.TemporaryDirectory(prefix="linli-f", dir="/tmp") as base:
        ports = {"api": free_port(), "other": free_port()}
        started = start_pieces(Path(base) / "h", ports, LINLI_TRUSTED_PROXIES="127.0.0.1")
        try:
            asyncio.run(started.wait_serving())
            yield started
        finally:
            started.stop()


@pytest.fixture(scope="module")
def streets(pieces: Pieces) -> Streets:
    return asyncio.run(open_community(pieces.dsn))


@pytest.fixture
async def person(pieces: Pieces, streets: Streets) -> AsyncIterator[Person]:
    """Signed in at the first process."""
    async with somebody(pieces, streets) as found:
        yield found


@asynccontextmanager
async def somebody(pieces: Pieces, streets: Streets) -> AsyncIterator[Person]:
    found = Person(pieces.address("api"), History(), streets.next())
    await found.sign_in()
    yield found
    await found.close()


@asynccontextmanager
async def at_other(pieces: Pieces, person: Person, part: str = "other") -> AsyncIterator[httpx.AsyncClient]:
    """The second process, with the token that the first one gave."""
    bearer = {"Authorization": f"Bearer {person.promise.access_token}", "X-Forwarded-For": "10.9.9.9"}
    async with httpx.AsyncClient(base_url=pieces.address(part) + API, headers=bearer, timeout=PATIENCE_S) as client:
        yield client


async def test_sign_out_holds_at_the_other_process(pieces: Pieces, person: Person) -> None:
    async with at_other(pieces, person) as other:
        assert (await other.get("/me")).status_code == 200
        signed_out = await person.ask("DELETE", f"/auth/sessions/{person.promise.session}", "sign out", "")
        assert signed_out.status_code == 204
        assert await seconds_until(other, "/me", 401) < on_this_machine(EVERYWHERE_WITHIN_S)


async def test_lost_role_is_lost_at_the_other_process(pieces: Pieces, streets: Streets, person: Person) -> None:
    desk = f"/desk/verifications?community_id={streets.community}"
    await appoint(pieces.dsn, person.promise.account, streets.community)
    async with at_other(pieces, person) as other, beside(pieces) as database:
        assert (await other.get(desk)).status_code == 200
        await database.execute("UPDATE role_grant SET ended_at = now() WHERE account = $1", person.promise.account)
        assert await seconds_until(other, desk, 403) < on_this_machine(EVERYWHERE_WITHIN_S)


async def test_ban_holds_at_the_other_process(pieces: Pieces, person: Person) -> None:
    async with at_other(pieces, person) as other, beside(pieces) as database:
        assert (await other.get("/me")).status_code == 200
        await database.execute("UPDATE account SET state = 'banned' WHERE id = $1", person.promise.account)
        assert await seconds_until(other, "/me", 401) < on_this_machine(EVERYWHERE_WITHIN_S)


async def test_without_valkey_everything_answers_and_strict_limits_hold(
    pieces: Pieces, streets: Streets, person: Person
) -> None:
    async with at_other(pieces, person) as other, at_other(pieces, person, "api") as own:
        assert await limits_hold(own)
        assert await limits_hold(other)
        killed = pieces.kill("valkey")
        answers = [await person.ask("GET", "/me", "me", "") for _ in range(REQUESTS_WITHOUT_VALKEY // 2)]
        answers += [await other.get("/communities") for _ in range(REQUESTS_WITHOUT_VALKEY // 2)]
        assert {answer.status_code for answer in answers if answer is not None} == {200}
        assert None not in answers
        # Nobody was asking Valkey: the proof that it was away.
        assert not any("ratelimit" in answer.headers for answer in answers)
        assert await refusals_of_codes(pieces, streets) == [202, 429]
        assert [await wrong_code(person) for _ in range(6)] == [422] * 6
        assert await person.apply(streets)
        pieces.start("valkey")
        assert await pieces.wait_back("valkey", killed) != killed
        assert await limits_hold(other)
    death = next(death for death in pieces.deaths if death.pid == killed)
    assert death.status == SIGKILLED


async def test_worker_killed_in_a_job_does_it_again_and_its_effect_is_one(pieces: Pieces, streets: Streets) -> None:
    async with somebody(pieces, streets) as moderator, somebody(pieces, streets) as resident:
        await appoint(pieces.dsn, moderator.promise.account, streets.community)
        await resident.apply(streets)
        await moderator.decide(resident.promise)
        async with beside(pieces) as database, beside(pieces) as operator:
            await operator.execute(COUNT_RENAMES)
            async with database.transaction():
                # The job waits for this row, and dies waiting.
                await database.execute(
                    "SELECT FROM residency r JOIN account a ON a.person = r.person WHERE a.id = $1 FOR UPDATE OF r",
                    resident.promise.account,
                )
                await resident.choose_nickname()
                await until(operator, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')")
                killed = pieces.kill("worker")
            assert await operator.fetchval(JOB_STATUS) == "picked"
            assert await shown_name(operator, resident) != resident.promise.nickname
            pieces.start("worker")
            assert await pieces.wait_back("worker", killed) != killed
            await until(operator, f"SELECT NOT EXISTS ({JOB_STATUS})")
            assert await shown_name(operator, resident) == resident.promise.nickname
            assert [row["name"] for row in await operator.fetch("SELECT name FROM renamed")] == [
                resident.promise.nickname
            ]
    assert next(death for death in pieces.deaths if death.pid == killed).status == SIGKILLED


JOB_STATUS = "SELECT status::text FROM pgqueuer WHERE entrypoint = 'identity.rename_resident'"


async def shown_name(database: asyncpg.Connection, person: Person) -> str:
    name: str = await database.fetchval(
        "SELECT r.display_name FROM residency r JOIN account a ON a.person = r.person WHERE a.id = $1",
        person.promise.account,
    )
    return name


async def refusals_of_codes(pieces: Pieces, streets: Streets) -> list[int]:
    """A fresh phone asks twice within its minute, at one process and then at the other."""
    phone = f"137{streets.next():08d}"
    statuses: list[int] = []
    for part in ("api", "other"):
        async with httpx.AsyncClient(base_url=pieces.address(part) + API, timeout=PATIENCE_S) as client:
            statuses.append((await client.post("/auth/codes", json={"phone": phone})).status_code)
    return statuses


async def limits_hold(client: httpx.AsyncClient) -> bool:
    """Within five seconds: a stalled machine opens the circuit for one as a Valkey that is away does."""
    for _ in range(50):
        if "ratelimit" in (await client.get("/me")).headers:
            return True
        await asyncio.sleep(0.1)
    return False


async def wrong_code(person: Person) -> int:
    body = {"phone": person.promise.phone, "code": "000000", "device": {"platform": "ios", "name": "x"}}
    answer = await person.ask("POST", "/auth/sessions", "guess", "", body)
    status: int = answer.status_code
    return status


async def seconds_until(client: httpx.AsyncClient, path: str, status: int) -> float:
    began = time.monotonic()
    while (await client.get(path)).status_code != status:
        assert time.monotonic() - began < 20 * EVERYWHERE_WITHIN_S, f"{path} is still not {status}"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def until(database: asyncpg.Connection, question: str) -> None:
    async with asyncio.timeout(on_this_machine(TAKEN_OVER_WITHIN_S)):
        happened = False
        while not happened:
            happened = await database.fetchval(question)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def beside(pieces: Pieces) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(pieces.dsn)
    try:
        yield connection
    finally:
        await connection.close()
