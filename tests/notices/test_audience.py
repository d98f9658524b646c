"""What SQL says of audiences and homes is what a plain model says, over random address trees and residencies."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from backend.app import register_domains
from backend.core.auth import Caller, Grant
from backend.core.clock import today
from backend.core.database import close_pool, fetch, fetchrow, open_pool
from backend.core.errors import NotFound
from backend.core.ids import new_id
from backend.notices.queries.coverage import coverage
from backend.notices.queries.doors import door_lists, doors_of, my_doors
from backend.notices.queries.reading import notice
from backend.notices.queries.recipients import addressed, waiting
from backend.notices.rules.audience import is_addressed
from backend.notices.rules.coverage import STATES, home_state
from tests.notices.town import HERE, THERE, Somebody, Town, build, towns

EXAMPLES = 60


@pytest.fixture
def runner(database: str) -> Iterator[asyncio.Runner]:
    register_domains()
    with asyncio.Runner() as running:
        running.run(open_pool(size=2))
        yield running
        running.run(close_pool())


@pytest.mark.timeout(900)
def test_sql_and_the_model_agree(runner: asyncio.Runner) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(towns())
    def agree(town: Town) -> None:
        runner.run(build(town))
        runner.run(_compare_people(town))
        runner.run(_compare_homes(town))
        runner.run(_compare_doors(town))

    agree()


async def _compare_people(town: Town) -> None:
    row = await fetchrow("SELECT * FROM notice WHERE id = $1", town.notice)
    assert row is not None
    meant = {it.account for it in town.audience()}
    assert set(await addressed(row)) == meant
    assert len(await addressed(row)) == len(meant)
    assert {account for account, _ in await waiting(row, ())} == {
        it.account for it in town.audience() if it.read < town.version
    }
    for at in (HERE, THERE):
        members = await fetch("SELECT * FROM community_member($1, $2)", town.communities[at], today())
        known = {row["account"]: (set(row["places"]), set(row["groups"])) for row in members}
        assert len(members) == len(known)
        assert known == {it.account: (it.places(at), it.groups(at)) for it in town.people if it.belongs(at)}
        for person in town.people:
            one = await fetchrow(
                "SELECT * FROM account_belonging($1, $2, $3)", person.account, town.communities[at], today()
            )
            assert (one and (set(one["places"]), set(one["groups"]))) == known.get(person.account)
    for person in town.people:
        assert await _can_read(town, person) == (person.account in meant)
        said = is_addressed(
            town.meant_places, town.meant_groups, member_of=person.places(HERE), groups_of=person.groups(HERE)
        )
        assert said == town.means(person)


async def _compare_homes(town: Town) -> None:
    states = town.states()
    caller = Caller(town.worker, new_id(), (Grant("worker", town.communities[HERE]),))
    doors = await doors_of(caller, town.notice, place_id=None, state=None)
    assert {door.home_id: door.state for door in doors} == states
    assert len(doors) == len(states), "a home was counted twice"
    found = await coverage(caller, town.notice)
    counts = found.counts
    assert counts.homes == len(states) == sum(getattr(counts, state) for state in STATES)
    assert {state: getattr(counts, state) for state in STATES} == {
        state: list(states.values()).count(state) for state in STATES
    }
    assert sum(it.counts.homes for it in found.buildings) == counts.homes
    assert len({it.id for it in found.buildings}) == len(found.buildings)
    for building in found.buildings:
        assert sum(it.counts.homes for it in building.entrances) == building.counts.homes
    audience = town.audience()
    assert (found.people, found.people_read, found.people_acknowledged) == (
        len(audience),
        sum(it.read >= town.version for it in audience),
        sum(it.acknowledged >= town.version for it in audience),
    )


async def _compare_doors(town: Town) -> None:
    caller = Caller(town.worker, new_id(), (Grant("worker", town.communities[HERE]),))
    walked = [it for it in town.places if not town.grid or it.places & town.grid]
    states = town.states()
    mine = {it.id: states[it.id] for it in walked if states.get(it.id) in ("told", "unreached")}
    listed = await my_doors(caller, town.notice)
    assert {door.home_id: door.state for door in listed.doors} == mine
    left = list(mine.values()).count("unreached")
    assert listed.left == left
    lists = await door_lists(caller, town.communities[HERE])
    assert [(it.left, it.homes) for it in lists] == ([(left, len(mine))] if mine else [])


async def _can_read(town: Town, person: Somebody) -> bool:
    try:
        await notice(Caller(person.account, new_id(), ()), town.notice)
    except NotFound:
        return False
    return True


def test_the_rule_and_the_statement_name_states_alike() -> None:
    said = [
        home_state(acknowledged=acknowledged, read=read, visited=visited)
        for acknowledged in (True, False) for read in (True, False) for visited in (True, False)
    ]  # fmt: skip
    assert said == ["acknowledged"] * 4 + ["reached"] * 2 + ["told", "unreached"]
