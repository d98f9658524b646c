"""kill -9 between a notice's commit and its pushes: everybody has the item once, and no phone rings a third time."""

import asyncio
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from rich.console import Console

from backend.invariants import INVARIANTS
from tests.faults.pieces import Pieces
from tests.faults.push_campaign import PushCampaign, house_for_pushes, run_push_campaign

SIGKILLED = -9
KILLS, KILLS_OF_TIER_B = 10, 100

After = tuple[Pieces, PushCampaign]


@pytest.fixture(
    scope="module", params=[KILLS, pytest.param(KILLS_OF_TIER_B, marks=[pytest.mark.tier_b, pytest.mark.timeout(900)])]
)
def after(request: pytest.FixtureRequest) -> Iterator[After]:
    """The campaign, over, and its house still up."""
    seed = int(os.environ.get("LINLI_FAULT_SEED") or random.SystemRandom().randrange(10**6))
    console = Console()
    console.print(f"\npushes: LINLI_FAULT_SEED={seed} replays this order of kills")
    with tempfile.TemporaryDirectory(prefix="linli-f", dir="/tmp") as base, house_for_pushes(Path(base)) as pieces:
        campaign = asyncio.run(run_push_campaign(pieces, seed, request.param))
        between = [hit for hit in campaign.hits if hit.fell_between]
        console.print(
            f"pushes: {len(campaign.hits)} kills, {len(between)} between commit and last push "
            f"({sum(hit.told == 0 for hit in between)} before anybody was told); {len(campaign.news)} news, "
            f"{len(campaign.browsers) * len(campaign.news)} pushes, of them "
            f"{sum(count == 2 for count in campaign.pushes.values())} twice, "
            f"{len(campaign.browsers) * len(campaign.news) - len(campaign.pushes)} given up as unknown"
        )
        yield pieces, campaign


def test_each_kill_hit_its_process_and_another_came_back(after: After) -> None:
    pieces, campaign = after
    status_of = {death.pid: death.status for death in pieces.deaths}
    for hit in campaign.hits:
        assert status_of[hit.pid] == SIGKILLED, hit
        assert hit.successor != hit.pid
    assert {hit.part for hit in campaign.hits} == {"worker-a", "worker-b", "valkey"}


def test_kills_fell_between_commit_and_push(after: After) -> None:
    """And some of them cut a send that was under way."""
    _, campaign = after
    assert sum(hit.fell_between for hit in campaign.hits) >= len(campaign.hits) // 5, campaign.hits
    assert 2 in campaign.pushes.values(), "nothing was sent again, so nothing was cut"


async def test_everybody_has_every_item_once(after: After) -> None:
    pieces, campaign = after
    database = await asyncpg.connect(pieces.dsn)
    try:
        rows = await database.fetch("SELECT account, subject_id, count(*) FROM inbox_item GROUP BY account, subject_id")
        held = {(row["account"], row["subject_id"]): row["count"] for row in rows}
        failed = await database.fetchval("SELECT count(*) FROM pgqueuer WHERE status = 'failed'")
    finally:
        await database.close()
    for reader in campaign.readers:
        for news in campaign.news:
            assert held.get((reader, news)) == 1, f"{reader} was told of {news} {held.get((reader, news), 0)} times"
    assert failed == 0


async def test_what_must_hold_holds(after: After) -> None:
    pieces, _ = after
    database = await asyncpg.connect(pieces.dsn)
    try:
        broken = {it.name: rows for it in INVARIANTS if (rows := await database.fetch(it.offenders))}
    finally:
        await database.close()
    assert broken == {}


async def test_no_browser_rings_a_third_time(after: After) -> None:
    """Once or twice; not at all only where the delivery says that nobody knows."""
    pieces, campaign = after
    database = await asyncpg.connect(pieces.dsn)
    try:
        rows = await database.fetch(
            """SELECT d.item, i.account, d.state, d.unknown_attempts FROM push_delivery d
               JOIN inbox_item i ON i.id = d.item WHERE i.account = ANY($1)""",
            campaign.readers,
        )
    finally:
        await database.close()
    assert len(rows) == len(campaign.readers) * len(campaign.news)
    for row in rows:
        rung = campaign.pushes[row["item"], campaign.browsers[row["account"]]]
        assert row["state"] in ("sent", "unknown"), dict(row)
        assert (0 if row["state"] == "unknown" else 1) <= rung <= 1 + min(row["unknown_attempts"], 1), (rung, dict(row))
