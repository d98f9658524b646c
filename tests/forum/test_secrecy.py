"""A secret poll: who took part is known, what they voted is nobody's, and everybody can count again."""

from typing import Any
from uuid import UUID

from backend.core.database import execute, fetch, fetchval
from backend.core.ids import new_id
from backend.forum.rules.polls import BUILDING_ELECTORS_LEAST
from backend.moderation.service.screening import forget_words
from tests.forum.polling import ask, body_of, choice, counted, electors_of, enter, residents, vote, votes
from tests.forum.square import Square, done

OF_3 = 4
"""Homes of 3幢 before more are built: 101 to 104."""


async def test_nothing_shows_before_it_closes(square: Square) -> None:
    poll = await ask(square, is_secret=True)
    cast = await vote(square.wang, poll, "装")
    (mine,) = cast["poll"]["mine"]
    assert mine["voted_by_me"] and mine["choices"] == []
    assert set(votes(cast["poll"]).values()) == {None} and cast["poll"]["voted"] == 1
    assert cast["poll"]["can"] == []
    ended = await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    assert votes(ended) == {"装": 1, "不装": 0, "再议": 0}


async def test_ballots_and_participations_share_nothing(square: Square) -> None:
    poll = await ask(square, is_secret=True, counted_by="home")
    for who, text in ((square.wang, "装"), (square.li, "不装"), (square.sun, "装")):
        await vote(who, poll, text)
    home = (await electors_of(poll))["104"]
    await enter(square.worker, poll, home, "再议")
    await enter(square.moderator, poll, home, "再议")
    parts, ballots = await _rows("poll_participation", poll), await _rows("poll_ballot", poll)
    common = {"id", "poll", "elector", "cast_by", "entered_by", "confirmed_by"}
    assert all({name for name, value in row.items() if value is not None} <= common for row in parts)
    told = {value for row in parts for name, value in row.items() if name != "poll" and value is not None}
    voters = {it.account_id for it in residents(square)} | {UUID(it) for it in (await electors_of(poll)).values()}
    for row in ballots:
        said = {value for name, value in row.items() if name not in ("poll", "choices") and value}
        assert not said & (told | voters)
        # Drawn, and no clock in them: a version 4, where our own ids begin with the millisecond.
        assert row["id"].version == 4
    assert {row["id"].version for row in parts} == {4}


async def test_closing_draws_the_ballots_anew(square: Square) -> None:
    poll = await ask(square, is_secret=True)
    said = ["装", "不装"] * 3
    receipts = [(await vote(who, poll, text))["receipt"] for who, text in zip(residents(square), said, strict=True)]
    before = await _written("poll_ballot", poll)
    parts = await _written("poll_participation", poll)
    # While it is open the transaction that wrote both still says which came with which: decision 0017.
    assert {row["xmin"] for row in before.values()} == {row["xmin"] for row in parts.values()}
    await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    after = await _written("poll_ballot", poll)
    assert {row["receipt"] for row in after.values()} == set(receipts)
    assert not after.keys() & before.keys()
    assert len({row["xmin"] for row in after.values()}) == 1
    assert not {row["xmin"] for row in after.values()} & {row["xmin"] for row in parts.values()}
    assert await counted(poll) == (6, 6)
    for receipt, text in zip(receipts, said, strict=True):
        line = await done(square.sun.get(f"/polls/{poll['id']}/ballots/{receipt}"))
        assert line["choices"] == choice(poll, text)
        assert (line["home"], line["voter"]) == (None, None)


async def test_the_order_of_the_drawn_ballots_is_not_that_of_the_voting(square: Square) -> None:
    """One in 720 that six come out as they went in; three times in a row is no chance."""
    same = 0
    for _ in range(3):
        poll = await ask(square, is_secret=True)
        receipts = [(await vote(who, poll, "装"))["receipt"] for who in residents(square)]
        await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
        rows = await fetch("SELECT receipt FROM poll_ballot WHERE poll = $1 ORDER BY ctid", UUID(poll["id"]))
        same += [row["receipt"] for row in rows] == receipts
    assert same < 3


async def test_a_building_is_told_apart_only_where_ten_can_hide(square: Square) -> None:
    await _crowd(square, BUILDING_ELECTORS_LEAST - OF_3 - 1)
    few = await ask(square, is_secret=True, counted_by="home")
    assert await _buildings_kept(few) == 0
    await _crowd(square, 1)
    enough = await ask(square, is_secret=True, counted_by="home")
    assert await _buildings_kept(enough) == BUILDING_ELECTORS_LEAST
    await vote(square.wang, enough, "装")
    ended = await done(square.moderator.put(f"/polls/{enough['id']}/closing"))
    # One ballot in such a building would be its voter's.
    assert ended["buildings"] == []
    assert await fetchval("SELECT count(*) FROM poll_ballot WHERE building IS NOT NULL") == 0


async def test_a_building_with_enough_ballots_is_shown(square: Square) -> None:
    await _crowd(square, BUILDING_ELECTORS_LEAST)
    poll = await ask(square, is_secret=True, counted_by="home")
    doors = await electors_of(poll)
    for number, door in enumerate(name for name in sorted(doors) if name not in ("501", "701")):
        text = "装" if number < 8 else "不装"
        await enter(square.worker, poll, doors[door], text)
        await enter(square.moderator, poll, doors[door], text)
    ended = await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    (building,) = ended["buildings"]
    assert building["name"] == "翠湖园 3幢"
    assert list(building["votes"].values()) == [8, OF_3 + 2, 0]


async def test_a_larger_electorate_takes_no_more_statements(square: Square) -> None:
    await _crowd(square, 300)
    thread = await square.thread(square.moderator)
    forget_words()
    async with square.house.statements(8):
        answer = await square.moderator.post(f"/threads/{thread}/poll", body_of(counted_by="home"))
    assert answer.status_code == 201 and answer.json()["electors"] == 306


async def _rows(table: str, poll: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in await fetch(f"SELECT * FROM {table} WHERE poll = $1", UUID(poll["id"]))]


async def _written(table: str, poll: dict[str, Any]) -> dict[UUID, dict[str, Any]]:
    rows = await fetch(
        f"SELECT *, ctid::text AS lies, xmin::text AS xmin FROM {table} WHERE poll = $1", UUID(poll["id"])
    )
    return {row["id"]: dict(row) for row in rows}


async def _buildings_kept(poll: dict[str, Any]) -> int:
    return int(
        await fetchval("SELECT count(*) FROM poll_elector WHERE poll = $1 AND building IS NOT NULL", UUID(poll["id"]))
    )


async def _crowd(square: Square, homes: int) -> None:
    """So many more homes in 3幢, where nobody is registered."""
    entrance = await fetchval("SELECT parent FROM place WHERE id = $1", square.community.homes[0])
    begin = 200 + int(await fetchval("SELECT count(*) FROM place WHERE parent = $1", entrance))
    for number in range(begin, begin + homes):
        await execute(
            """INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
               VALUES ($1, $2, $3, 'home', $4, $4, '翠湖园 3幢 2单元', false)""",
            new_id(), square.community.id, entrance, str(number),
        )  # fmt: skip
