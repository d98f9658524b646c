"""kill -9 of the API, the worker, PostgreSQL and Valkey during 200 verifications: none lost, none half done."""

import asyncio

import asyncpg
import httpx
import pytest

from tests.faults.checkers import complaints
from tests.faults.conftest import campaign_over
from tests.faults.nemesis import (
    ACKNOWLEDGED_BETWEEN_MIN,
    KILLS_EACH,
    PARTS,
    VERIFICATIONS_MIN,
    Campaign,
)
from tests.faults.pieces import Pieces
from tests.house import API
from tests.parts.running import on_this_machine

SIGKILLED = -9
ANSWER_MAX_S = 7.0
"""No caller waits longer, whatever died: 2 s for a connection, 5 s for a statement."""


async def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(after_kills: tuple[Pieces, Campaign]) -> None:
    await assert_kept(*after_kills)


@pytest.mark.tier_b
@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_lost_in_any_other_order(seed: int) -> None:
    with campaign_over(seed) as (pieces, campaign):
        asyncio.run(assert_kept(pieces, campaign))


async def assert_kept(pieces: Pieces, campaign: Campaign) -> None:
    assert campaign.history.approved >= VERIFICATIONS_MIN
    database = await asyncpg.connect(pieces.dsn)
    try:
        assert await complaints(database, campaign.history) == {}
    finally:
        await database.close()


async def test_sessions_outlive_the_kills(after_kills: tuple[Pieces, Campaign]) -> None:
    pieces, campaign = after_kills
    async with httpx.AsyncClient(base_url=pieces.address()) as client:
        for promise in campaign.history.promises:
            answer = await client.get(f"{API}/me", headers={"Authorization": f"Bearer {promise.access_token}"})
            assert answer.status_code == 200, answer.text
            assert answer.json()["verification"]["state"] == "approved"
            assert answer.json()["residencies"][0]["display_name"] == promise.nickname


def test_each_kill_hit_its_process_and_another_came_back(after_kills: tuple[Pieces, Campaign]) -> None:
    pieces, campaign = after_kills
    status_of = {death.pid: death.status for death in pieces.deaths}
    for kill in campaign.kills:
        assert status_of[kill.pid] == SIGKILLED, kill
        assert kill.successor != kill.pid
    assert sorted(kill.part for kill in campaign.kills) == sorted(PARTS * KILLS_EACH)


def test_each_kill_was_felt_and_work_went_on_between(after_kills: tuple[Pieces, Campaign]) -> None:
    _, campaign = after_kills
    history = campaign.history
    for kill in campaign.kills:
        felt = history.errors_between(kill.at - 0.05, kill.serving_again_at)
        if kill.part in ("api", "postgres"):
            assert felt, f"nobody noticed the death of {kill.part}"
    for earlier, later in zip(campaign.kills, campaign.kills[1:], strict=False):
        assert history.acknowledged_between(earlier.at, later.at) >= ACKNOWLEDGED_BETWEEN_MIN
    assert history.retried_unknowns() > 0, "no request was under way at any kill"


def test_answers_come_in_time_and_are_never_a_500(after_kills: tuple[Pieces, Campaign]) -> None:
    _, campaign = after_kills
    calls = campaign.history.calls
    assert {call.status for call in calls if call.status and call.status >= 500} <= {503}
    assert max(call.ended - call.began for call in calls) < on_this_machine(ANSWER_MAX_S)
