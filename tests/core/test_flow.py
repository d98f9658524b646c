"""The flow engine: moves that stand in the table and no others, one taker, one history without a gap."""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from piccolo.columns import UUID as UUIDColumn
from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table

from backend.core.clock import now
from backend.core.database import execute, fetch, fetchval, transaction
from backend.core.errors import Invalid
from backend.core.flow import Flow, Move, MoveRefused, Timer, TimerDue, begin, drawing, fire_timer, steps, take
from backend.core.ids import new_id
from tests.house import House


class Kettle(Table, tablename="kettle"):
    id = UUIDColumn(primary_key=True)
    state = Varchar()
    state_since = Timestamptz()


KETTLE = Flow(
    name="kettle",
    table=Kettle,
    initial="cold",
    moves=(
        Move("heat", ("cold",), "hot", "cook"),
        Move("pour", ("hot",), "empty", "cook", needs_reason=True),
        Move("cool", ("hot",), "cold", "timer"),
    ),
    timers=(Timer("hot", timedelta(minutes=10), move="cool"),),
)


@pytest.fixture
async def kettle(house: House) -> AsyncIterator[UUID]:
    await execute("CREATE TABLE kettle (id uuid PRIMARY KEY, state text NOT NULL, state_since timestamptz NOT NULL)")
    it = new_id()
    async with transaction():
        await execute("INSERT INTO kettle VALUES ($1, 'cold', $2)", it, now())
        await begin(KETTLE, it, actor=None)
    yield it


async def move(kettle: UUID, name: str, reason: str | None = None) -> str:
    async with transaction():
        return await take(KETTLE, kettle, name, actor=None, reason=reason)


async def due() -> list[TimerDue]:
    rows = await fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'core.fire_timer' ORDER BY id")
    return [msgspec.json.decode(row["payload"], type=TimerDue) for row in rows]


async def test_moves_leave_a_history(kettle: UUID) -> None:
    assert await move(kettle, "heat") == "hot"
    assert await move(kettle, "pour", "tea") == "empty"
    history = await steps(KETTLE, kettle)
    assert [(it["move"], it["source"], it["target"], it["reason"]) for it in history] == [
        ("begin", None, "cold", None), ("heat", "cold", "hot", None), ("pour", "hot", "empty", "tea"),
    ]  # fmt: skip
    assert [row["number"] for row in await fetch("SELECT number FROM flow_step ORDER BY number")] == [1, 2, 3]


async def test_a_move_from_elsewhere_is_refused_and_leaves_nothing(kettle: UUID) -> None:
    for name, reason in (("pour", "tea"), ("cool", None)):
        with pytest.raises(MoveRefused):
            await move(kettle, name, reason)
    with pytest.raises(MoveRefused):
        await move(new_id(), "heat")
    assert (await fetchval("SELECT count(*) FROM flow_step"), await due()) == (1, [])


@pytest.mark.parametrize("reason", [None, ""])
async def test_a_reason_that_is_needed_is_asked_for(kettle: UUID, reason: str | None) -> None:
    await move(kettle, "heat")
    with pytest.raises(Invalid):
        await move(kettle, "pour", reason)
    assert await fetchval("SELECT state FROM kettle") == "hot"


async def test_of_ten_takers_one_wins(kettle: UUID) -> None:
    results = await asyncio.gather(*(move(kettle, "heat") for _ in range(10)), return_exceptions=True)
    assert sorted(type(it).__name__ for it in results) == ["MoveRefused"] * 9 + ["str"]
    assert await fetchval("SELECT count(*) FROM flow_step WHERE move = 'heat'") == 1
    assert len(await due()) == 1


async def test_a_timer_fires_once_and_only_for_its_own_step(kettle: UUID) -> None:
    await move(kettle, "heat")
    (first,) = await due()
    for _ in range(3):
        await fire_timer(first)
    assert await fetchval("SELECT state FROM kettle") == "cold"
    await move(kettle, "heat")
    await fire_timer(first)
    assert await fetchval("SELECT state FROM kettle") == "hot", "the first heat's timer is no business of the second"


async def test_a_timer_waits_for_the_move_that_makes_it_stale(kettle: UUID) -> None:
    """It looked when the first heat still stood; while it waits for the row, a second heat begins."""
    await move(kettle, "heat")
    (first,) = await due()
    async with transaction():
        await take(KETTLE, kettle, "cool", actor=None)
        await take(KETTLE, kettle, "heat", actor=None)
        # Its own task has this transaction's context, which it must not use.
        firing = contextvars.Context().run(asyncio.get_running_loop().create_task, fire_timer(first))
        await asyncio.sleep(0.2)
        assert not firing.done()
    await firing
    assert await fetchval("SELECT state FROM kettle") == "hot"


async def test_a_timer_of_nothing_is_harmless(kettle: UUID) -> None:
    await move(kettle, "heat")
    (first,) = await due()
    for stale in (
        TimerDue(flow="kettle", subject=new_id(), step=first.step, timer="hot.cool"),
        TimerDue(flow="kettle", subject=kettle, step=new_id(), timer="hot.cool"),
    ):
        await fire_timer(stale)
    assert await fetchval("SELECT state FROM kettle") == "hot"


async def test_a_rolled_back_move_never_was(kettle: UUID) -> None:
    with pytest.raises(Invalid):
        async with transaction():
            await take(KETTLE, kettle, "heat", actor=None)
            raise Invalid()
    assert (await fetchval("SELECT state FROM kettle"), await due()) == ("cold", [])


def test_the_drawing_shows_every_arrow() -> None:
    drawn = drawing(KETTLE)
    assert "cold --> hot: heat (cook)" in drawn and "hot --> empty: pour (cook, with a reason)" in drawn
    assert "empty --> [*]" in drawn and "after 10 minutes, cool" in drawn
    assert (KETTLE.states, KETTLE.final) == (["cold", "hot", "empty"], ["empty"])


@given(st.lists(st.sampled_from(["heat", "pour", "cool"]), max_size=30))
def test_the_table_alone_says_where_one_may_go(names: list[str]) -> None:
    """The rules as data: whatever is tried in whatever order, a state is left by its own moves only."""
    state = KETTLE.initial
    for name in names:
        wanted = KETTLE.by_name[name]
        state = wanted.target if state in wanted.sources else state
        assert state in KETTLE.states


def test_two_reminders_of_one_state_have_names_of_their_own() -> None:
    soon, late = Timer("hot", timedelta(hours=1)), Timer("hot", timedelta(hours=3), label="last call")
    assert (soon.name, late.name) == ("hot.reminder", "hot.last call"), "jobs of older versions wait for `reminder`"
    with pytest.raises(ValueError, match="label"):
        Flow(name="teapot", table=Kettle, initial="cold", moves=KETTLE.moves, timers=(soon, Timer("hot", late.after)))
