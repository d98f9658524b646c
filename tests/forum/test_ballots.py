"""Nobody votes twice, by whatever route, and the ballots are as many as those who took part."""

import random
from typing import Any

import pytest

from backend.core.database import execute
from tests.forum.polling import also_owns, ask, choice, counted, electors_of, enter, move_out, seen, vote, votes
from tests.forum.square import Square, done, refused
from tests.house import Neighbour, at_once


async def test_one_home_has_one_vote(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    assert poll["electors"] == 6
    await vote(square.wang, poll, "装")
    path, body = f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "不装")}
    await refused(square.wife.put(path, body), 409, "forum.home_has_voted")
    (hers,) = (await seen(square.wife, poll))["mine"]
    assert hers["voted"] and not hers["voted_by_me"] and "101" in hers["home"]
    assert (await seen(square.wife, poll))["can"] == []
    # The same two as persons have a vote each.
    other = await ask(square)
    await vote(square.wang, other, "装")
    assert (await vote(square.wife, other, "不装"))["poll"]["voted"] == 2


async def test_of_a_home_that_votes_at_the_same_moment_one_is_counted(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    path, body = f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "装")}
    for _ in range(3):
        answers = await at_once(*(who.put(path, body) for who in (square.wang, square.wife) for _ in range(3)))
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert any(answer.status_code == 200 for answer in answers)
    assert await counted(poll) == (1, 1)


async def test_a_secret_ballot_is_cast_once_however_often_it_is_sent(square: Square) -> None:
    poll = await ask(square, is_secret=True)
    path, body = f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "装")}
    answers = await at_once(*(square.wang.put(path, body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    await refused(square.wang.put(path, {"choices": choice(poll, "不装")}), 409, "forum.ballot_final")
    assert await counted(poll) == (1, 1)


async def test_paper_and_app_at_the_same_moment_are_one_vote(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    home = (await electors_of(poll))["101"]
    await enter(square.worker, poll, home, "装")
    body = {"elector_id": home, "choices": choice(poll, "装")}
    answers = await at_once(
        square.wang.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "不装")}),
        square.moderator.put(f"/desk/polls/{poll['id']}/papers", body),
        square.wife.put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, "再议")}),
    )
    assert [answer.status_code for answer in answers].count(200) >= 1
    assert await counted(poll) == (1, 1)


async def test_no_ballot_comes_after_the_counting(square: Square) -> None:
    poll = await ask(square)
    path = f"/polls/{poll['id']}/ballot"
    *answers, closed = await at_once(
        *(who.put(path, {"choices": choice(poll, "装")}) for who in (square.wang, square.wife, square.li, square.sun)),
        square.moderator.put(f"/polls/{poll['id']}/closing"),
    )
    assert closed.status_code == 200
    voted = sum(answer.status_code == 200 for answer in answers)
    assert votes(await seen(square.zhao, poll))["装"] == voted == closed.json()["voted"]
    assert await counted(poll) == (voted, voted)


async def test_whoever_owns_two_homes_says_which_one_votes(square: Square) -> None:
    await also_owns(square.wang, square.community, home=3)
    poll = await ask(square, counted_by="home")
    path = f"/polls/{poll['id']}/ballot"
    found = await refused(square.wang.put(path, {"choices": choice(poll, "装")}), 422)
    assert [it["field"] for it in found["errors"]] == ["elector_id"]
    first, second = (it["id"] for it in (await seen(square.wang, poll))["mine"])
    await vote(square.wang, poll, "装", elector_id=first)
    await vote(square.wang, poll, "不装", elector_id=second)
    body = {"choices": choice(poll, "装"), "elector_id": (await electors_of(poll))["701"]}
    await refused(square.wang.put(path, body), 403, "forum.no_elector")
    assert await counted(poll) == (2, 2)


async def test_the_published_list_is_every_ballot_and_finds_ones_own(square: Square) -> None:
    poll = await ask(square, counted_by="home", method="multiple")
    receipt = (await vote(square.wang, poll, "装", "再议"))["receipt"]
    await vote(square.sun, poll, "不装")
    await refused(square.wang.get(f"/polls/{poll['id']}/ballots"), 409, "forum.ballots_unpublished")
    await refused(square.wang.get(f"/polls/{poll['id']}/ballots/{receipt}"), 409, "forum.ballots_unpublished")
    await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    first = await done(square.zhao.get(f"/polls/{poll['id']}/ballots?limit=1"))
    second = await done(square.zhao.get(f"/polls/{poll['id']}/ballots?limit=1&cursor={first['next_cursor']}"))
    assert second["next_cursor"] is None
    lines = {it["receipt"]: it for it in first["items"] + second["items"]}
    assert len(lines) == 2 and list(lines) == sorted(lines)
    assert lines[receipt]["choices"] == choice(poll, "装", "再议")
    assert "101" in lines[receipt]["home"] and lines[receipt]["voter"].startswith("王")
    typed = receipt.lower().replace("-", "").replace("0", "o")
    assert await done(square.zhao.get(f"/polls/{poll['id']}/ballots/{typed}")) == lines[receipt]
    # Where the board is public anybody may count again; whose they are is the neighbours' to know.
    await execute("UPDATE board SET read_by = 'public'")
    passing = await done(square.stranger.get(f"/polls/{poll['id']}/ballots/{receipt}"))
    assert passing["choices"] == lines[receipt]["choices"] and passing["home"] is passing["voter"] is None
    for unknown in ("0000-0000-0000", "x", "选票"):
        await refused(square.zhao.get(f"/polls/{poll['id']}/ballots/{unknown}"), 404)


class Box:
    """A poll of homes on paper: which door voted what, by whom, and what one of staff has entered for it."""

    def __init__(self, homes: dict[str, set[str]]) -> None:
        self.homes = homes
        self.voted: dict[str, tuple[str, str]] = {}
        self.papers: dict[str, tuple[str, str]] = {}

    def vote(self, who: str, text: str) -> int:
        door = next(door for door, members in self.homes.items() if who in members)
        if door in self.voted and self.voted[door][0] != who:
            return 409
        self.papers.pop(door, None)
        self.voted[door] = (who, text)
        return 200

    def enter(self, staff: str, door: str, text: str) -> int:
        if door in self.voted:
            return 409
        first = self.papers.get(door)
        if first is None or first[0] == staff:
            self.papers[door] = (staff, text)
            return 200
        del self.papers[door]
        if first[1] != text:
            return 409
        self.voted[door] = ("paper", text)
        return 200


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_comes_in_whatever_order_each_door_is_counted_once(square: Square, seed: int) -> None:
    dice = random.Random(seed)
    poll = await ask(square, counted_by="home")
    doors = await electors_of(poll)
    people: dict[str, Neighbour] = {name: getattr(square, name) for name in ("wang", "wife", "li", "owners", "zhao")}
    box = Box({"101": {"wang", "wife"}, "102": {"li"}, "103": {"owners"}, "501": {"zhao"}, "104": set(), "701": set()})
    for step in range(25):
        text = dice.choice(("装", "不装"))
        if dice.random() < 0.5:
            who = dice.choice(sorted(people))
            expected = box.vote(who, text)
            answer = await people[who].put(f"/polls/{poll['id']}/ballot", {"choices": choice(poll, text)})
        else:
            staff, door = dice.choice(("worker", "moderator", "colleague")), dice.choice(sorted(doors))
            expected = box.enter(staff, door, text)
            body = {"elector_id": doors[door], "choices": choice(poll, text)}
            answer = await getattr(square, staff).put(f"/desk/polls/{poll['id']}/papers", body)
        assert answer.status_code == expected, (step, answer.text)
        if step == 12:
            # Who comes and goes changes nothing of an electorate.
            await move_out(square.zhao)
            await square.house.resident(square.community, square.moderator, home=4, name="钱进")
    now_seen: dict[str, Any] = await seen(square.moderator, poll)
    said = [text for _, text in box.voted.values()]
    assert votes(now_seen) == {text: said.count(text) for text in ("装", "不装", "再议")}
    assert (now_seen["electors"], now_seen["voted"]) == (6, len(said))
    assert await counted(poll) == (len(said), len(said))
