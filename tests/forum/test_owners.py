"""Owners vote by floor area and by owners (Civil Code, article 278), over an electorate that is frozen."""

from typing import Any
from uuid import UUID

import pytest

from backend.core.database import execute, fetchrow
from tests.forum.polling import (
    AREA_CM2,
    also_owns,
    ask,
    body_of,
    choice,
    electors_of,
    enter,
    measure,
    seen,
    vote,
    votes,
)
from tests.forum.square import Square, done, refused
from tests.house import key

OWNERS = {"counted_by": "owners", "quorum": "ordinary"}


@pytest.fixture
async def measured(square: Square) -> Square:
    """All six homes have an area; four have registered owners (zhao is a tenant, 104 is empty)."""
    await measure(square)
    return square


async def test_every_home_counts_whether_or_not_its_owner_is_registered(measured: Square) -> None:
    poll = await ask(measured, **OWNERS)
    row = await fetchrow("SELECT electors, owners, area_cm2 FROM poll WHERE id = $1", UUID(poll["id"]))
    assert row is not None and tuple(row) == (6, 6, 6 * AREA_CM2)
    assert (await seen(measured.zhao, poll))["mine"] == []
    body = {"choices": choice(poll, "装")}
    await refused(measured.zhao.put(f"/polls/{poll['id']}/ballot", body), 403, "forum.no_elector")
    # Both who own it vote for the home, and the home is one.
    await vote(measured.wife, poll, "装")
    await refused(measured.wang.put(f"/polls/{poll['id']}/ballot", body), 409, "forum.home_has_voted")
    doors = await electors_of(poll)
    await enter(measured.worker, poll, doors["104"], "不装")
    await enter(measured.moderator, poll, doors["104"], "不装")
    now_seen = await seen(measured.wang, poll)
    assert votes(now_seen) == {"装": 1, "不装": 1, "再议": 0}
    assert [option["area_m2"] for option in now_seen["options"]] == [100.0, 100.0, 0.0]


async def test_one_owner_of_three_homes_is_one_owner(measured: Square) -> None:
    await also_owns(measured.wang, measured.community, home=3)
    await also_owns(measured.wang, measured.community, home=4)
    poll = await ask(measured, **OWNERS)
    row = await fetchrow("SELECT electors, owners FROM poll WHERE id = $1", UUID(poll["id"]))
    assert row is not None and tuple(row) == (6, 4)
    for it in (await seen(measured.wang, poll))["mine"]:
        await vote(measured.wang, poll, "装", elector_id=it["id"])
    now_seen = await seen(measured.wang, poll)
    assert votes(now_seen)["装"] == 1 and now_seen["options"][0]["area_m2"] == 300.0
    result = now_seen["quorum_result"]
    assert (result["owners_share"], result["area_share"]) == (0.25, 0.5)


async def test_of_several_owners_the_first_registered_stands_for_the_home(measured: Square) -> None:
    # The wife's second home makes her an owner of her own beside wang, who stands for 101.
    await also_owns(measured.wife, measured.community, home=3)
    poll = await ask(measured, **OWNERS)
    row = await fetchrow("SELECT owners FROM poll WHERE id = $1", UUID(poll["id"]))
    assert row is not None and row["owners"] == 6
    assert len((await seen(measured.wife, poll))["mine"]) == 2
    assert len((await seen(measured.wang, poll))["mine"]) == 1


async def test_two_thirds_of_both_and_then_more_than_half_of_both(measured: Square) -> None:
    poll = await ask(measured, **OWNERS)
    doors = await electors_of(poll)
    await vote(measured.wang, poll, "装")
    await vote(measured.li, poll, "装")
    await vote(measured.owners, poll, "不装")
    result = (await seen(measured.wang, poll))["quorum_result"]
    assert not result["met"] and result["carried"] == []
    # The fourth of six homes is exactly two thirds of the owners and of the area.
    await vote(measured.sun, poll, "不装")
    result = (await seen(measured.wang, poll))["quorum_result"]
    assert result["met"] and result["carried"] == []
    await enter(measured.worker, poll, doors["104"], "装")
    await enter(measured.moderator, poll, doors["104"], "装")
    result = (await seen(measured.wang, poll))["quorum_result"]
    assert result["carried"] == choice(poll, "装") and result["approval_needed"] == 0.5


async def test_owners_without_the_area_carry_nothing(square: Square) -> None:
    await measure(square, home_701=20 * AREA_CM2)
    poll = await ask(square, counted_by="owners", quorum="major")
    for who in (square.wang, square.li, square.owners):
        await vote(who, poll, "装")
    doors = await electors_of(poll)
    for door in ("104", "501"):
        await enter(square.worker, poll, doors[door], "装")
        await enter(square.moderator, poll, doors[door], "装")
    result = (await seen(square.wang, poll))["quorum_result"]
    assert result["owners_share"] > 0.8 and not result["met"] and result["carried"] == []
    # Her large home brings the area in, and is against it: three quarters of the owners, a fifth of the area.
    await vote(square.sun, poll, "不装")
    result = (await seen(square.wang, poll))["quorum_result"]
    assert result["met"] and result["carried"] == [] and result["approval_needed"] == 0.75


async def test_who_sells_and_who_buys_changes_nothing_of_an_open_vote(measured: Square) -> None:
    poll = await ask(measured, **OWNERS)
    await execute("UPDATE residency SET ended_at = now() - interval '1 s' WHERE home = $1", measured.community.homes[1])
    new = await measured.house.resident(measured.community, measured.moderator, home=1, name="钱进")
    await measure(measured, home_102=AREA_CM2 * 9)
    body = {"choices": choice(poll, "装")}
    await refused(new.put(f"/polls/{poll['id']}/ballot", body), 403, "forum.no_elector")
    assert (await vote(measured.li, poll, "装"))["poll"]["options"][0]["area_m2"] == 100.0
    row = await fetchrow("SELECT owners, area_cm2 FROM poll WHERE id = $1", UUID(poll["id"]))
    assert row is not None and tuple(row) == (6, 6 * AREA_CM2)


async def test_a_quorum_needs_every_area_to_be_known(measured: Square) -> None:
    await execute("UPDATE place SET floor_area_cm2 = NULL WHERE id = $1", measured.community.homes[3])
    thread = await measured.thread(measured.moderator)
    path = f"/threads/{thread}/poll"
    found = await refused(measured.moderator.post(path, body_of(**OWNERS), headers=key()), 409, "forum.areas_unknown")
    assert "1 户" in found["detail"]
    poll: dict[str, Any] = await done(
        measured.moderator.post(path, body_of(**{**OWNERS, "quorum": "none"}), headers=key())
    )
    assert poll["electors"] == 6 and poll["quorum_result"] is None
