"""News for a whole community, pushed to everybody's browser, while workers and Valkey are killed under it."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from uuid import UUID

import asyncpg

from backend.core.ids import new_id
from tests.faults.history import History
from tests.faults.nemesis import appoint, open_community
from tests.faults.people import Person, Streets
from tests.faults.pieces import Pieces, start_pieces
from tests.parts.running import free_port, on_this_machine, slower_by
from tests.push_services import WebPushService, web_push_service

WORKERS = ("worker-a", "worker-b")
READERS = 16
NEWS_EACH_MOST = 25
"""One person may begin thirty a day."""
AFTER_NEWS_MOST_S = 0.5
"""From the commit to the last push it takes about so long, so a kill falls anywhere in between."""
ANSWER_MOST_S = 0.3
OLD_ENOUGH_S = 2.0
"""A worker that has just started holds nothing that could be lost."""
VALKEY_EVERY = 5
AIMED_EVERY = 10
QUIET_MOST_S = 90.0

PROGRESS_SQL = """
SELECT count(DISTINCT i.id), count(d.id) FILTER (WHERE d.state IN ('sent', 'unknown'))
FROM inbox_item i LEFT JOIN push_delivery d ON d.item = i.id WHERE i.subject_id = $1
"""
# Claims and retries that a batch comes back for are jobs with a later time: waited for, unlike reminders of tomorrow.
UNQUIET_SQL = """
SELECT EXISTS (SELECT FROM pgqueuer WHERE status::text = 'picked' OR execute_after <= now())
    OR EXISTS (SELECT FROM push_delivery WHERE state IN ('queued', 'sending'))
    OR EXISTS (SELECT FROM inbox_item WHERE push_state = 'waiting')
"""


@dataclass(frozen=True)
class Hit:
    """A kill: how many had the newest news, how many had been pushed it, and the pid that took the place."""

    part: str
    pid: int
    successor: int
    told: int
    pushed: int

    @property
    def fell_between(self) -> bool:
        """After the commit and before the last push."""
        return self.pushed < READERS


@dataclass
class PushCampaign:
    seed: int
    readers: list[UUID] = field(default_factory=list)
    browsers: dict[UUID, str] = field(default_factory=dict)
    news: list[UUID] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    pushes: Counter[tuple[UUID, str]] = field(default_factory=Counter)
    """How often each browser was pushed each item."""


@contextmanager
def house_for_pushes(base: Path) -> Iterator[Pieces]:
    pieces = start_pieces(
        base / "h", {"api": free_port()}, WORKERS,
        LINLI_TRUSTED_PROXIES="127.0.0.1", LINLI_RATE_SCALE="0", LINLI_WEB_PUSH_HOSTS="127.0.0.1",
    )  # fmt: skip
    try:
        yield pieces
    finally:
        for name in WORKERS:
            # Nothing is lost with them now, and a polite end takes them seconds.
            pieces.children[name].kill()
        pieces.stop()


async def run_push_campaign(pieces: Pieces, seed: int, kills: int) -> PushCampaign:
    """Returns when all is quiet again: everything told, every delivery settled."""
    campaign = PushCampaign(seed)
    chance = random.Random(seed)
    streets = await open_community(pieces.dsn)
    async with web_push_service() as service, pieces.kept():
        service.delay_s, service.chance = ANSWER_MOST_S, chance
        await pieces.wait_serving()
        await asyncio.gather(*(_reader(pieces, campaign, streets, service) for _ in range(READERS)))
        async with _newsroom(pieces, streets, kills + 1) as publish:
            while (turn := len(campaign.hits)) < kills:
                victim = await _victim(pieces, chance, turn)
                if turn % AIMED_EVERY == 0:
                    service.open.clear()
                campaign.news.append(await publish())
                if turn % AIMED_EVERY == 0:
                    campaign.hits += await _kill_in_a_send(pieces, service, campaign.news[-1])
                else:
                    await asyncio.sleep(chance.uniform(0, AFTER_NEWS_MOST_S * slower_by()))
                    campaign.hits.append(await _kill(pieces, victim, campaign.news[-1]))
            campaign.news.append(await publish())
        await _until_quiet(pieces)
        campaign.pushes.update((UUID(taken.message["item_id"]), taken.device) for taken in service.taken)
    return campaign


async def _reader(pieces: Pieces, campaign: PushCampaign, streets: Streets, service: WebPushService) -> None:
    """Somebody with a role in the community, and so addressed by its news, and one browser."""
    person, subscription = Person(pieces.address(), History(), streets.next()), service.subscribe()
    try:
        await person.sign_in()
        body = {"platform": "web", "subscription": subscription}
        brought = await person.ask("PUT", "/devices/current", "device", "", body)
        assert brought.status_code == 200, brought.text
    finally:
        await person.close()
    account = person.promise.account
    assert account is not None
    await appoint(pieces.dsn, account, streets.community, "org_member")
    campaign.readers.append(account)
    campaign.browsers[account] = subscription["endpoint"].rsplit("/", 1)[1]


@asynccontextmanager
async def _newsroom(pieces: Pieces, streets: Streets, news: int) -> AsyncIterator[Callable[[], Awaitable[UUID]]]:
    """A call that publishes the committee's news and gives its id; nobody keeps quiet hours, whenever this runs."""
    committee = new_id()
    editors = [Person(pieces.address(), History(), streets.next()) for _ in range(-(-news // NEWS_EACH_MOST))]
    turns = cycle(editors)

    async def publish() -> UUID:
        editor = next(turns)
        words = {"stream": "news", "title": "社区新闻", "body": "今天的新闻。", "organisation_id": str(committee)}
        path, key = f"/communities/{streets.community}/notices", {"Idempotency-Key": str(new_id())}
        made = await editor.insist("POST", path, "write", "", words, **key)
        assert made.status_code == 201, made.text
        notice = made.json()["id"]
        published = await editor.insist("PUT", f"/desk/notices/{notice}/publication", "publish", "", {})
        assert published.status_code == 200, published.text
        return UUID(notice)

    try:
        for editor in editors:
            await editor.sign_in()
            await appoint(pieces.dsn, editor.promise.account, streets.community, "committee_admin")
        async with _beside(pieces) as database:
            await database.execute(
                "INSERT INTO organisation (id, community, kind, name) VALUES ($1, $2, 'committee', '翠湖社区居委会')",
                committee, streets.community,
            )  # fmt: skip
            await database.execute("INSERT INTO inbox_preference (account, quiet) SELECT id, false FROM account")
        yield publish
    finally:
        for editor in editors:
            await editor.close()


async def _victim(pieces: Pieces, chance: random.Random, turn: int) -> str:
    if turn % VALKEY_EVERY == VALKEY_EVERY - 1:
        return "valkey"
    while True:
        old = [part for part in WORKERS if pieces.pid(part) and pieces.age_s(part) > OLD_ENOUGH_S]
        if old:
            return chance.choice(old)
        await asyncio.sleep(0.02)


async def _kill_in_a_send(pieces: Pieces, service: WebPushService, news: UUID) -> list[Hit]:
    """Both workers, as soon as one of them has a push on its way: not every run is lucky enough to cut one."""
    before = len(service.requests)
    async with asyncio.timeout(on_this_machine(QUIET_MOST_S)):
        while len(service.requests) == before:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    hits = [await _kill(pieces, part, news) for part in WORKERS]
    service.open.set()
    return hits


async def _kill(pieces: Pieces, part: str, news: UUID) -> Hit:
    pid = pieces.kill(part)
    async with _beside(pieces) as database:
        told, pushed = await database.fetchrow(PROGRESS_SQL, news)
    return Hit(part, pid, await pieces.wait_back(part, pid), told, pushed)


async def _until_quiet(pieces: Pieces) -> None:
    deadline = time.monotonic() + on_this_machine(QUIET_MOST_S)
    async with _beside(pieces) as database:
        while await database.fetchval(UNQUIET_SQL):
            assert time.monotonic() < deadline, "not everything was told, pushed and settled"
            await asyncio.sleep(0.2)


@asynccontextmanager
async def _beside(pieces: Pieces) -> AsyncIterator[asyncpg.Connection]:
    database = await asyncpg.connect(pieces.dsn)
    try:
        yield database
    finally:
        await database.close()
