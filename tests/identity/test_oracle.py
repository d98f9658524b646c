"""Whether a number is registered shows in no answer, and not in how long an answer takes."""

import os
import time
from collections.abc import AsyncIterator
from itertools import product

import pytest

from backend.core.clock import now
from backend.core.crypto import lookup_hmac
from backend.core.database import execute
from backend.core.ids import new_id
from backend.identity.service.sessions import access_token
from backend.settings import settings
from tests.house import API, House
from tests.matrix.world import World, build

SAMPLES = 300
DELTA_MOST = 0.15
"""Cliff's delta: 0 is no difference, 1 is every one slower. Of 300 samples each it is off by 0.05."""
TRIES = 3


@pytest.fixture
async def world(house: House) -> AsyncIterator[World]:
    os.environ["LINLI_RATE_SCALE"] = "0"
    settings.cache_clear()
    yield await build(house)
    del os.environ["LINLI_RATE_SCALE"]
    settings.cache_clear()


async def test_a_registered_number_takes_no_longer(house: House, world: World) -> None:
    deltas = []
    for _ in range(TRIES):
        known, fresh = await _measure(house, world)
        deltas.append(cliffs_delta(known, fresh))
        if abs(deltas[-1]) < DELTA_MOST:
            return
    raise AssertionError(f"a stranger can tell by the clock: {deltas}")


def test_the_measure_measures() -> None:
    assert cliffs_delta([2.0, 3.0], [0.0, 1.0]) == 1
    assert cliffs_delta([0.0, 1.0], [0.0, 1.0]) == 0


async def _measure(house: House, world: World) -> tuple[list[float], list[float]]:
    """Taken in turns, so that whatever else the machine does falls on both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    shapes = set()
    for at in range(2 * SAMPLES):
        number = world.new_id_number()
        if at % 2 == 0:
            await _register(number)
        else:
            # The same work beside the measured request: a person of another number.
            await _register(world.new_id_number())
        account = await world.account()
        token = access_token(account, await world.session(account))
        body = house.application(world.here, at % 6, number=number)
        began = time.perf_counter()
        answer = await house.http.post(f"{API}/verifications", json=body, headers={"Authorization": f"Bearer {token}"})
        times[at % 2].append(time.perf_counter() - began)
        shapes.add((answer.status_code, tuple(answer.json()), len(answer.content), tuple(sorted(answer.headers))))
    assert len(shapes) == 1, shapes
    return times


async def _register(number: str) -> None:
    await execute(
        """INSERT INTO person (id, real_name_sealed, id_number_sealed, id_number_hmac, birth_date, sex, verified_at)
           VALUES ($1, '', '', $2, '1980-01-01', 'F', $3)""",
        new_id(), lookup_hmac("id_number", number), now(),
    )  # fmt: skip


def cliffs_delta(ones: list[float], others: list[float]) -> float:
    return sum((one > other) - (one < other) for one, other in product(ones, others)) / (len(ones) * len(others))
