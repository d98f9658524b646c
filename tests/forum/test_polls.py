"""Polls open, are voted in and close: each refusal beside its success."""

from typing import Any
from uuid import UUID, uuid4

from backend.core.database import execute, fetch, fetchval
from backend.forum.events import PollEndDue
from backend.forum.service import closing
from tests.forum.polling import (
    ELECTORS,
    ask,
    body_of,
    choice,
    counted,
    move_out,
    poll_state,
    residents,
    seen,
    vote,
    votes,
)
from tests.forum.square import Square, done, join_organisation, refused
from tests.house import Clock, key


async def test_a_vote_is_counted_and_seen_at_once(square: Square) -> None:
    poll = await ask(square)
    assert poll["electors"] == ELECTORS and poll["voted"] == 0 and poll["state"] == "open"
    cast = await vote(square.wang, poll, "装")
    assert cast["poll"]["voted"] == 1 and votes(cast["poll"]) == {"装": 1, "不装": 0, "再议": 0}
    (mine,) = cast["poll"]["mine"]
    assert mine["voted_by_me"] and mine["choices"] == choice(poll, "装")
    assert cast["poll"]["can"] == ["change"]
    await vote(square.wife, poll, "不装")
    assert votes(await seen(square.li, poll)) == {"装": 1, "不装": 1, "再议": 0}
    assert await counted(poll) == (2, 2)


async def test_an_open_ballot_can_be_changed_until_the_poll_closes(square: Square) -> None:
    poll = await ask(square)
    first = await vote(square.wang, poll, "装")
    second = await vote(square.wang, poll, "再议")
    assert second["receipt"] == first["receipt"]
    assert votes(second["poll"]) == {"装": 0, "不装": 0, "再议": 1}
    assert await counted(poll) == (1, 1)
    await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    await refused(
        square.wang.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "装")}), 409, "forum.poll_not_open"
    )


async def test_a_ballot_and_a_page_stay_within_their_statements(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    async with square.house.statements(8):
        await vote(square.wang, poll, "装")
    async with square.house.statements(8):
        await vote(square.wang, poll, "不装")
    async with square.house.statements(3):
        await seen(square.li, poll)


async def test_only_choices_of_the_poll_and_no_more_than_it_takes(square: Square) -> None:
    poll = await ask(square, method="multiple", choices_most=2)
    path = f"/polls/{poll['id']}/ballot"
    for choices in (choice(poll, "装", "不装", "再议"), [str(uuid4())], choice(poll, "装", "装"), []):
        await refused(square.wang.put(path, {"choices": choices}), 422)
    assert await counted(poll) == (0, 0)
    await vote(square.wang, poll, "装", "不装")
    assert await counted(poll) == (1, 1)


async def test_results_wait_until_one_has_voted_where_the_poll_says_so(square: Square) -> None:
    poll = await ask(square, results="voted")
    assert set(votes(await seen(square.li, poll)).values()) == {None}
    cast = await vote(square.wang, poll, "装")
    assert votes(cast["poll"]) == {"装": 1, "不装": 0, "再议": 0}
    assert set(votes(await seen(square.li, poll)).values()) == {None}


async def test_results_wait_until_the_end_where_the_poll_says_so(square: Square) -> None:
    poll = await ask(square, results="closed")
    cast = await vote(square.wang, poll, "装")
    assert set(votes(cast["poll"]).values()) == {None} and cast["poll"]["voted"] == 1
    ended = await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    assert votes(ended) == {"装": 1, "不装": 0, "再议": 0}


async def test_a_ranked_poll_shows_its_rounds(square: Square) -> None:
    poll = await ask(square, method="ranked")
    await vote(square.wang, poll, "装", "再议")
    await vote(square.wife, poll, "不装")
    cast = await vote(square.li, poll, "不装", "装")
    assert [len(it["eliminated"]) for it in cast["poll"]["rounds"]] == [0]
    assert votes(cast["poll"]) == {"装": 1, "不装": 2, "再议": 0}


async def test_who_opens_a_poll_and_where(square: Square) -> None:
    thread = await square.thread(square.wang)
    await refused(square.wife.post(f"/threads/{thread}/poll", body_of(), headers=key()), 409, "forum.poll_refused")
    poll = await done(square.wang.post(f"/threads/{thread}/poll", body_of(), headers=key()))
    assert {"close", "cancel"} <= set(poll["can"])
    assert await fetchval("SELECT kind FROM thread WHERE id = $1", thread) == "poll"
    await refused(square.wang.post(f"/threads/{thread}/poll", body_of(), headers=key()), 409, "forum.poll_refused")


async def test_a_thread_with_answers_gets_its_poll_from_staff(square: Square) -> None:
    thread = await square.thread(square.wang)
    await square.reply(thread)
    await refused(square.wang.post(f"/threads/{thread}/poll", body_of(), headers=key()), 409, "forum.poll_refused")
    await done(square.moderator.post(f"/threads/{thread}/poll", body_of(), headers=key()))


async def test_homes_are_asked_by_staff_and_the_owners_committee(square: Square) -> None:
    thread = await square.thread(square.wang)
    body = body_of(counted_by="home")
    await refused(square.wang.post(f"/threads/{thread}/poll", body, headers=key()), 403, "forum.home_poll_refused")
    assert await fetchval("SELECT count(*) FROM poll") == 0
    await join_organisation(square.community, "owners_committee", square.wang)
    await done(square.wang.post(f"/threads/{thread}/poll", body, headers=key()))


async def test_places_are_of_the_community(square: Square) -> None:
    thread = await square.thread(square.moderator)
    path = f"/threads/{thread}/poll"
    for place in (square.other.homes[0], uuid4()):
        body = body_of(place_ids=[str(place)])
        found = await refused(square.moderator.post(path, body, headers=key()), 422)
        assert [it["field"] for it in found["errors"]] == ["place_ids"]
    poll = await done(square.moderator.post(path, body_of(place_ids=[str(square.community.homes[1])]), headers=key()))
    assert poll["electors"] == 1


async def test_a_poll_that_nobody_can_vote_in_is_none(square: Square) -> None:
    thread = await square.thread(square.moderator)
    body = body_of(place_ids=[str(square.community.homes[3])])
    path = f"/threads/{thread}/poll"
    await refused(square.moderator.post(path, body, headers=key()), 409, "forum.nobody_votes")
    assert await fetchval("SELECT count(*) FROM poll_option") == 0
    # The door votes on paper, whoever lives behind it.
    assert (await done(square.moderator.post(path, {**body, "counted_by": "home"}, headers=key())))["electors"] == 1


async def test_who_was_not_there_when_it_opened_does_not_vote(square: Square) -> None:
    poll = await ask(square)
    late = await square.house.resident(square.community, square.moderator, home=3, name="孙丽")
    await refused(late.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "装")}), 403, "forum.no_elector")
    assert (await seen(late, poll))["electors"] == ELECTORS and (await seen(late, poll))["can"] == []


async def test_who_moved_out_since_votes_all_the_same(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    await move_out(square.li)
    await square.house.resident(square.community, square.moderator, home=1, name="孙丽")
    assert (await vote(square.li, poll, "装"))["poll"]["voted"] == 1
    members = await fetch("SELECT account FROM poll_elector_member WHERE poll = $1", UUID(poll["id"]))
    assert {row["account"] for row in members} == {it.account_id for it in residents(square)}


async def test_a_stranger_sees_no_poll_of_a_board_that_is_not_public(square: Square) -> None:
    poll = await ask(square)
    stranger = await square.house.guest()
    for call in (
        stranger.get(f"/polls/{poll['id']}"),
        stranger.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "装")}),
        stranger.get(f"/polls/{poll['id']}/ballots"),
    ):
        await refused(call, 404)
    await execute("UPDATE board SET read_by = 'public'")
    assert (await seen(stranger, poll))["mine"] == []


async def test_it_closes_when_its_time_is_over(square: Square, moved_clock: Clock) -> None:
    poll = await ask(square, closes_in_h=2)
    await vote(square.wang, poll, "装")
    await closing.close_if_due(PollEndDue(poll_id=UUID(poll["id"])))
    assert await poll_state(poll) == "open"
    moved_clock.advance(hours=3)
    for _ in range(3):
        await closing.close_if_due(PollEndDue(poll_id=UUID(poll["id"])))
    assert await poll_state(poll) == "closed"
    await closing.close_if_due(PollEndDue(poll_id=uuid4()))


async def test_who_opened_it_or_a_moderator_ends_it(square: Square) -> None:
    poll = await ask(square, square.wang)
    for verb in ("closing", "cancellation"):
        await refused(square.wife.put(f"/polls/{poll['id']}/{verb}"), 403)
    ended = await done(square.wang.put(f"/polls/{poll['id']}/closing"))
    assert ended["state"] == "closed" and ended["can"] == [] and ended["closed_at"]
    await refused(square.moderator.put(f"/polls/{poll['id']}/closing"), 409)


async def test_of_a_cancelled_poll_nothing_is_counted(square: Square) -> None:
    poll = await ask(square)
    await vote(square.wang, poll, "装")
    ended = await done(square.moderator.put(f"/polls/{poll['id']}/cancellation"))
    assert ended["state"] == "cancelled" and set(votes(ended).values()) == {None}
    assert await counted(poll) == (0, 0)
    await refused(square.wang.get(f"/polls/{poll['id']}/ballots"), 409, "forum.ballots_unpublished")
    await refused(
        square.wang.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "装")}), 409, "forum.poll_not_open"
    )


async def test_electors_are_told_and_then_the_voters(square: Square) -> None:
    poll = await ask(square)
    await vote(square.wang, poll, "装")
    await square.house.drain()

    async def told(kind: str) -> set[Any]:
        rows = await fetch("SELECT account FROM inbox_item WHERE kind = $1", kind)
        assert len(rows) == len({row["account"] for row in rows})
        return {row["account"] for row in rows}

    assert await told("poll.opened") == {it.account_id for it in residents(square)}
    await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    await square.house.drain()
    assert await told("poll.closed") == {square.wang.account_id, square.moderator.account_id}
