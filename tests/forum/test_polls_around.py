"""Around a poll: with its thread, in what is hidden, in an estate's board, and what crosses the wire."""

import asyncio
import contextvars
from typing import Any
from uuid import UUID, uuid4

import pytest
from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import execute, fetch, fetchval
from backend.forum import access
from backend.forum.events import PollClosed, PollEndDue, PollOpened, ThreadPosted
from backend.forum.schemas.polls import OPTION_MAX_CHARS, OPTIONS_LEAST, OPTIONS_MOST, PLACES_MOST, QUESTION_MAX_CHARS
from backend.forum.service import closing, telling_polls
from tests.forum.polling import (
    ELECTORS,
    also_owns,
    ask,
    body_of,
    choice,
    counted,
    enter,
    poll_state,
    residents,
    seen,
    vote,
    votes,
)
from tests.forum.square import BODY, TITLE, Square, done, refused
from tests.house import key


async def test_a_poll_opens_with_its_thread_or_neither_does(square: Square) -> None:
    path = f"/boards/{square.boards['talk']}/threads"
    words = {"kind": "poll", "title": TITLE, "body": BODY}
    await refused(square.wang.post(path, {**words, "poll": body_of(closes_in_h=0.5)}), 422)
    await refused(square.wang.post(path, {**words, "poll": body_of(counted_by="home")}), 403, "forum.home_poll_refused")
    assert await fetchval("SELECT count(*) FROM thread") == 0
    made = await done(square.wang.post(path, {**words, "poll": body_of()}, headers=key()))
    page = await done(square.li.get(f"/threads/{made['thread_id']}"))
    assert page["kind"] == "poll" and page["poll"]["electors"] == ELECTORS
    assert (await vote(square.li, page["poll"], "装"))["poll"]["voted"] == 1


async def test_a_thread_page_with_a_poll_stays_within_its_statements(square: Square) -> None:
    poll = await ask(square)
    thread = await fetchval("SELECT thread FROM poll WHERE id = $1", UUID(poll["id"]))
    await vote(square.li, poll, "装")
    async with square.house.statements(5):
        page = await done(square.li.get(f"/threads/{thread}"))
    assert votes(page["poll"])["装"] == 1


async def test_a_poll_that_is_taken_back_takes_no_ballot(square: Square) -> None:
    poll = await ask(square, square.wang, counted_by="person")
    thread = await fetchval("SELECT thread FROM poll WHERE id = $1", UUID(poll["id"]))
    elector = str(await fetchval("SELECT id FROM poll_elector WHERE poll = $1 LIMIT 1", UUID(poll["id"])))
    await enter(square.worker, poll, elector, "装")
    async with square.house.statements(8):
        await done(square.wang.delete(f"/threads/{thread}"))
    assert await poll_state(poll) == "cancelled"
    assert await fetchval("SELECT count(*) FROM paper_ballot") == 0
    paper = {"elector_id": elector, "choices": choice(poll, "装")}
    await refused(square.moderator.put(f"/desk/polls/{poll['id']}/papers", paper), 409, "forum.poll_not_open")
    await refused(square.li.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "装")}), 404)
    await done(square.wang.delete(f"/threads/{thread}"))


async def test_a_ballot_at_the_moment_its_poll_is_taken_back(square: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    poll = await ask(square, square.wang)
    thread = await fetchval("SELECT thread FROM poll WHERE id = $1", UUID(poll["id"]))
    look = access.own_thread

    async def voted_meanwhile(caller: Caller, thread_id: UUID) -> Record:
        """A ballot doesn't wait for the thread: it comes in when its author has looked already."""
        row = await look(caller, thread_id)
        await asyncio.create_task(vote(square.li, poll, "装"), context=contextvars.Context())
        return row

    monkeypatch.setattr(access, "own_thread", voted_meanwhile)
    await refused(square.wang.delete(f"/threads/{thread}"), 409, "forum.voted_upon")
    assert await counted(poll) == (1, 1) and await poll_state(poll) == "open"
    assert (await done(square.li.get(f"/threads/{thread}")))["state"] == "shown"


async def test_an_estate_s_board_asks_that_estate(square: Square) -> None:
    thread = await square.thread(square.wang, "estate")
    poll = await done(square.wang.post(f"/threads/{thread}/poll", body_of(), headers=key()))
    assert poll["electors"] == ELECTORS - 1, "sun lives in the other estate"
    await refused(square.sun.get(f"/polls/{poll['id']}"), 404)
    other = await square.thread(square.wang, "estate")
    body = body_of(place_ids=[str(square.places["云栖里"])])
    await refused(square.wang.post(f"/threads/{other}/poll", body, headers=key()), 422)


async def test_places_narrow_an_electorate(square: Square) -> None:
    poll = await ask(square, place_ids=[str(square.places["5幢"]), str(square.community.homes[0])])
    rows = await fetch("SELECT account FROM poll_elector WHERE poll = $1", UUID(poll["id"]))
    assert {row["account"] for row in rows} == {it.account_id for it in (square.zhao, square.wang, square.wife)}


async def test_a_person_with_two_homes_is_one_person(square: Square) -> None:
    await also_owns(square.wang, square.community, home=3)
    poll = await ask(square)
    assert poll["electors"] == ELECTORS and len((await seen(square.wang, poll))["mine"]) == 1


@pytest.mark.parametrize("state", ["hidden", "deleted", "held"])
async def test_a_poll_goes_where_its_thread_goes(square: Square, state: str) -> None:
    poll = await ask(square, square.wang)
    await execute(
        "UPDATE thread SET state = $2 WHERE id = (SELECT thread FROM poll WHERE id = $1)", UUID(poll["id"]), state
    )
    body = {"choices": choice(poll, "装")}
    await refused(square.li.get(f"/polls/{poll['id']}"), 404)
    await refused(square.li.put(f"/polls/{poll['id']}/ballot", body), 404)
    await refused(square.li.get(f"/polls/{poll['id']}/ballots"), 404)
    await done(square.moderator.get(f"/polls/{poll['id']}"))
    await refused(square.wang.put(f"/polls/{poll['id']}/ballot", body), 404)
    assert await counted(poll) == (0, 0)


async def test_a_held_poll_tells_nobody_until_it_is_shown(square: Square) -> None:
    poll = await ask(square)
    thread = await fetchval("SELECT thread FROM poll WHERE id = $1", UUID(poll["id"]))
    await execute("UPDATE thread SET state = 'held' WHERE id = $1", thread)
    await square.house.drain()
    assert await _told() == []
    await execute("UPDATE thread SET state = 'shown' WHERE id = $1", thread)
    for _ in range(3):
        await telling_polls.tell_electors_of_thread(ThreadPosted(thread_id=thread))
        await telling_polls.tell_electors(PollOpened(poll_id=UUID(poll["id"])))
    assert sorted(await _told()) == sorted(it.account_id for it in residents(square))


async def test_many_are_told_page_by_page(square: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_polls, "TOLD_AT_ONCE", 2)
    poll = await ask(square)
    await square.house.drain()
    assert sorted(await _told()) == sorted(it.account_id for it in residents(square))
    await done(square.moderator.put(f"/polls/{poll['id']}/cancellation"))
    await square.house.drain()
    assert await fetchval("SELECT count(*) FROM inbox_item WHERE kind = 'poll.closed'") == 0


async def test_reactions_are_harmless_when_the_poll_is_gone(square: Square) -> None:
    await telling_polls.tell_electors(PollOpened(poll_id=uuid4()))
    await telling_polls.tell_electors_of_thread(ThreadPosted(thread_id=uuid4()))
    await telling_polls.tell_voters(PollClosed(poll_id=uuid4()))
    await closing.close_if_due(PollEndDue(poll_id=uuid4()))
    assert await fetchval("SELECT count(*) FROM inbox_item") == 0


async def test_the_clock_closes_it_by_its_own_job(square: Square) -> None:
    poll = await ask(square)
    await square.house.due_now()
    await square.house.drain()
    assert await poll_state(poll) == "open", "the job came early: by the application's clock it is not over"
    await execute("UPDATE poll SET closes_at = now() - interval '1 s'")
    body = {"choices": choice(poll, "装")}
    await refused(square.wang.put(f"/polls/{poll['id']}/ballot", body), 409, "forum.poll_not_open")
    await closing.close_if_due(PollEndDue(poll_id=UUID(poll["id"])))
    assert await poll_state(poll) == "closed" and await square.house.held_jobs() == 0


async def test_what_crosses_the_wire_has_its_bounds(square: Square) -> None:
    thread = await square.thread(square.moderator)
    path = f"/threads/{thread}/poll"
    many = [f"第{number}项" for number in range(OPTIONS_MOST + 1)]
    long: dict[str, Any] = {"question": "问" * (QUESTION_MAX_CHARS + 1)}
    for fields in (
        long,
        {"question": "?"},
        {"options": many},
        {"options": many[: OPTIONS_LEAST - 1]},
        {"options": ["短", "长" * (OPTION_MAX_CHARS + 1)]},
        {"place_ids": [str(uuid4()) for _ in range(PLACES_MOST + 1)]},
        {"choices_most": 0},
        {"method": "approval"},
        {"closes_at": "2030-01-01T00:00:00"},
        {"weights": {}},
    ):
        answer = await square.moderator.post(path, body_of(**fields))
        assert answer.status_code in (400, 422), (fields, answer.text)
    assert await fetchval("SELECT count(*) FROM poll") == 0
    fits = {"question": "问" * QUESTION_MAX_CHARS, "options": [*many[: OPTIONS_MOST - 1], "长" * OPTION_MAX_CHARS]}
    poll = await done(square.moderator.post(path, body_of(**fits, method="ranked")))
    assert poll["choices_most"] == OPTIONS_MOST
    everything = {"choices": [option["id"] for option in poll["options"]]}
    cast = await done(square.wang.put(f"/polls/{poll['id']}/ballot", everything))
    assert cast["poll"]["mine"][0]["choices"] == everything["choices"]


async def test_one_takes_one_s_votes_away(square: Square) -> None:
    secret, plain = await ask(square, is_secret=True), await ask(square, method="ranked")
    await vote(square.wang, secret, "装")
    await vote(square.wang, plain, "再议", "装")
    text = (await square.wang.get("/me/export")).text
    assert "forum_votes" in text and '"choices":["再议","装"]' in text
    # Of the secret one that there was a vote, and neither when nor what.
    assert '"at":null,"choices":[]' in text


async def _told() -> list[UUID]:
    rows = await fetch("SELECT account FROM inbox_item WHERE kind = 'poll.opened'")
    return [row["account"] for row in rows]
