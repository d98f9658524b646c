"""200 verifications and more, while one part after another is killed."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from backend.core.ids import new_id
from tests.faults.history import History, Promise
from tests.faults.people import Person, Streets, applicant, moderator
from tests.faults.pieces import Pieces
from tests.parts.running import on_this_machine

PARTS = ("api", "postgres", "valkey", "worker")
KILLS_EACH = 5
VERIFICATIONS_MIN = 200
APPLICANTS = 16
MODERATORS = 4
SERVING_AGAIN_MAX_S = 15.0
ACKNOWLEDGED_BETWEEN_MIN = 8
"""So much must work again before the next kill: a house that is only ever down loses nothing either."""
QUIET_MAX_S = 40.0
"""A job whose worker was killed waits out that worker's heartbeat (15 s) before another takes it."""
FIRST_MODERATOR = 90_000


@dataclass(frozen=True)
class Kill:
    part: str
    pid: int
    successor: int
    at: float
    serving_again_at: float


@dataclass
class Campaign:
    """One run: the seed that replays its kills, what the clients saw, what was killed."""

    seed: int
    history: History = field(default_factory=History)
    kills: list[Kill] = field(default_factory=list)


async def run_campaign(pieces: Pieces, seed: int) -> Campaign:
    """Returns when all is quiet again: every journey ended, every job that is due done."""
    campaign = Campaign(seed)
    streets = await open_community(pieces.dsn)
    async with pieces.kept():
        await pieces.wait_serving()
        async with working(pieces, pieces.address(), campaign, streets):
            await _kill_in_turn(pieces, campaign)
            await _until(lambda: campaign.history.approved >= VERIFICATIONS_MIN, 60, "200 approvals")
        await _until_quiet(pieces)
    return campaign


@asynccontextmanager
async def working(pieces: Pieces, base: str, campaign: Campaign, streets: Streets) -> AsyncIterator[None]:
    """Applicants and moderators at work; at the end every journey that was begun is finished."""
    desk: asyncio.Queue[tuple[Promise, asyncio.Event]] = asyncio.Queue()
    chance, enough = random.Random(campaign.seed), asyncio.Event()
    moderators = [Person(base, History(), FIRST_MODERATOR + number) for number in range(MODERATORS)]
    for person in moderators:
        await person.sign_in()
        await appoint(pieces.dsn, person.promise.account, streets.community)
        person.history = campaign.history
    deciding = [asyncio.create_task(moderator(person, desk)) for person in moderators]
    applying = [
        asyncio.create_task(applicant(base, campaign.history, streets, desk, chance, enough)) for _ in range(APPLICANTS)
    ]
    try:
        yield
        enough.set()
        await _ended(applying, deciding)
    finally:
        for task in (*applying, *deciding):
            task.cancel()
        await asyncio.gather(*applying, *deciding, return_exceptions=True)
        for person in moderators:
            await person.close()


async def open_community(dsn: str) -> Streets:
    """By nickname, so that a nickname's job has something to show for itself."""
    community, parent = new_id(), None
    homes = [new_id() for _ in range(40)]
    database = await asyncpg.connect(dsn)
    try:
        await database.execute(
            """INSERT INTO community (id, name, district, home_count, display_name_style)
               VALUES ($1, '翠湖社区', '西湖区', $2, 'nickname')""",
            community,
            len(homes),
        )
        for kind, name, path in (
            ("estate", "翠湖园", "翠湖园"),
            ("building", "3幢", "翠湖园 3幢"),
            ("entrance", "2单元", "翠湖园 3幢 2单元"),
        ):
            parent = await _place(database, community, parent, kind, name, path)
        for number, home in enumerate(homes, 101):
            await _place(database, community, parent, "home", str(number), f"翠湖园 3幢 2单元 {number}", home)
    finally:
        await database.close()
    return Streets(community, homes)


async def appoint(dsn: str, account: UUID | None, community: UUID, role: str = "moderator") -> None:
    database = await asyncpg.connect(dsn)
    await database.execute(
        "INSERT INTO role_grant (id, community, account, role) VALUES ($1, $2, $3, $4)",
        new_id(),
        community,
        account,
        role,
    )
    await database.close()


async def _place(
    database: asyncpg.Connection,
    community: UUID,
    parent: UUID | None,
    kind: str,
    name: str,
    path: str,
    place: UUID | None = None,
) -> UUID:
    place = place or new_id()
    await database.execute(
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


async def _kill_in_turn(pieces: Pieces, campaign: Campaign) -> None:
    chance = random.Random(campaign.seed)
    order = list(PARTS * KILLS_EACH)
    chance.shuffle(order)
    for part in order:
        await asyncio.sleep(chance.uniform(0.05, 0.5))
        if part == "worker":
            # At once afterwards: a worker that lost its database ends by itself, a little later.
            await pieces.wait_worker()
        campaign.kills.append(await _kill(pieces, part, campaign.history))


async def _kill(pieces: Pieces, part: str, history: History) -> Kill:
    pid = pieces.kill(part)
    at = time.monotonic()
    successor = await pieces.wait_back(part, pid)
    back_at = time.monotonic()
    await _until(
        lambda: history.acknowledged_between(back_at, float("inf")) >= ACKNOWLEDGED_BETWEEN_MIN,
        on_this_machine(SERVING_AGAIN_MAX_S),
        f"requests served after the death of {part}",
    )
    return Kill(part, pid, successor, at, time.monotonic())


async def _ended(applying: list[asyncio.Task[None]], deciding: list[asyncio.Task[None]]) -> None:
    """Waits for the applicants; a moderator that fails ends the run instead of letting it wait."""
    waiting: set[asyncio.Task[object]] = {asyncio.gather(*applying), *deciding}  # type: ignore[arg-type]
    async with asyncio.timeout(on_this_machine(60)):
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _until_quiet(pieces: Pieces) -> None:
    """Until no job is due or under way."""
    database = await asyncpg.connect(pieces.dsn)
    try:
        deadline = time.monotonic() + on_this_machine(QUIET_MAX_S)
        while time.monotonic() < deadline:
            if not await database.fetchval(
                "SELECT EXISTS (SELECT FROM pgqueuer WHERE status::text = 'picked' OR execute_after <= now())"
            ):
                return
            await asyncio.sleep(0.2)
    finally:
        await database.close()


async def _until(happened: Callable[[], bool], patience_s: float, what: str) -> None:
    deadline = time.monotonic() + on_this_machine(patience_s)
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        await asyncio.sleep(0.02)
