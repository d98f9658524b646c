"""Ballots on paper: entered by two of staff who must agree."""

from uuid import UUID, uuid4

from backend.core.database import fetch, fetchval
from tests.forum.polling import ask, choice, counted, electors_of, enter, seen, vote, votes
from tests.forum.square import Square, done, refused


async def test_a_paper_counts_when_another_of_staff_enters_the_same(square: Square) -> None:
    poll = await ask(square, counted_by="home", method="multiple")
    home = (await electors_of(poll))["104"]
    first = await enter(square.worker, poll, home, "装", "再议")
    assert first == {"elector_id": home, "counted": False, "receipt": None}
    assert await counted(poll) == (0, 0)
    # Once more by the same hand is still one hand.
    assert not (await enter(square.worker, poll, home, "装", "再议"))["counted"]
    second = await enter(square.moderator, poll, home, "再议", "装")
    assert second["counted"] and len(second["receipt"]) == 14
    assert votes(await seen(square.wang, poll)) == {"装": 1, "不装": 0, "再议": 1}
    row = (await fetch("SELECT * FROM poll_participation WHERE poll = $1", UUID(poll["id"])))[0]
    assert (row["entered_by"], row["confirmed_by"]) == (square.worker.account_id, square.moderator.account_id)
    assert row["cast_by"] is None
    assert await fetchval("SELECT count(*) FROM paper_ballot") == 0


async def test_two_entries_that_differ_are_both_thrown_away(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    home = (await electors_of(poll))["104"]
    await enter(square.worker, poll, home, "装")
    path = f"/desk/polls/{poll['id']}/papers"
    body = {"elector_id": home, "choices": choice(poll, "不装")}
    await refused(square.moderator.put(path, body), 409, "forum.paper_differs")
    assert await fetchval("SELECT count(*) FROM paper_ballot") == 0
    assert await counted(poll) == (0, 0)
    # From the beginning: again it takes two.
    assert not (await enter(square.moderator, poll, home, "装"))["counted"]
    assert (await enter(square.worker, poll, home, "装"))["counted"]


async def test_who_entered_it_first_may_correct_it(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    home = (await electors_of(poll))["104"]
    await enter(square.worker, poll, home, "装")
    await enter(square.worker, poll, home, "不装")
    assert (await enter(square.moderator, poll, home, "不装"))["counted"]


async def test_what_waits_says_nothing_of_what_was_voted(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    doors = await electors_of(poll)
    await enter(square.worker, poll, doors["104"], "装")
    await enter(square.worker, poll, doors["103"], "装")
    one, two = await fetch("SELECT choices_hmac FROM paper_ballot")
    assert one["choices_hmac"] != two["choices_hmac"] and len(one["choices_hmac"]) == 32


async def test_a_paper_that_waits_is_void_when_the_home_votes_in_the_app(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    home = (await electors_of(poll))["101"]
    await enter(square.worker, poll, home, "装")
    await vote(square.wang, poll, "不装")
    path = f"/desk/polls/{poll['id']}/papers"
    body = {"elector_id": home, "choices": choice(poll, "装")}
    await refused(square.moderator.put(path, body), 409, "forum.home_has_voted")
    assert await fetchval("SELECT count(*) FROM paper_ballot") == 0
    assert votes(await seen(square.li, poll)) == {"装": 0, "不装": 1, "再议": 0}


async def test_a_home_whose_paper_was_counted_has_voted(square: Square) -> None:
    poll = await ask(square, counted_by="home", is_secret=True)
    home = (await electors_of(poll))["101"]
    await enter(square.worker, poll, home, "装")
    await enter(square.moderator, poll, home, "装")
    body = {"choices": choice(poll, "不装")}
    await refused(square.wang.put(f"/polls/{poll['id']}/ballot", body), 409, "forum.home_has_voted")
    assert await counted(poll) == (1, 1)


async def test_a_paper_is_taken_back_by_staff(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    home = (await electors_of(poll))["104"]
    await enter(square.worker, poll, home, "装")
    path = f"/desk/polls/{poll['id']}/papers/{home}"
    await refused(square.wang.delete(path), 403)
    for _ in range(2):
        await done(square.moderator.delete(path))
    assert await fetchval("SELECT count(*) FROM paper_ballot") == 0
    await refused(square.moderator.delete(f"/desk/polls/{poll['id']}/papers/{uuid4()}"), 404)


async def test_papers_are_staff_s_of_that_community_and_while_it_is_open(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    other = await ask(square, counted_by="home")
    path = f"/desk/polls/{poll['id']}/papers"
    home = (await electors_of(poll))["104"]
    body = {"elector_id": home, "choices": choice(poll, "装")}
    await refused(square.wang.put(path, body), 403)
    elsewhere = await square.house.officer(square.other, "worker")
    for call in (
        elsewhere.put(path, body),
        elsewhere.get(f"/desk/polls/{poll['id']}/electors"),
        elsewhere.get(f"/desk/polls?community_id={square.community.id}"),
        square.worker.put(path, {**body, "elector_id": (await electors_of(other))["104"]}),
        square.worker.put(f"/desk/polls/{uuid4()}/papers", body),
    ):
        await refused(call, 404)
    await refused(square.worker.put(path, {**body, "choices": choice(other, "装")}), 422)
    async with square.house.statements(8):
        await done(square.worker.put(path, body))
    async with square.house.statements(8):
        await done(square.moderator.put(path, body))
    await done(square.moderator.put(f"/polls/{poll['id']}/closing"))
    body["elector_id"] = (await electors_of(poll))["103"]
    await refused(square.worker.put(path, body), 409, "forum.poll_not_open")


async def test_the_desk_ticks_off_doors_in_their_order(square: Square) -> None:
    poll = await ask(square, counted_by="home")
    doors = await electors_of(poll)
    await vote(square.wang, poll, "装")
    await enter(square.worker, poll, doors["104"], "装")
    path = f"/desk/polls/{poll['id']}/electors"
    async with square.house.statements(3):
        page = await done(square.worker.get(path))
    assert [it["id"] for it in page["items"]] == [doors[it] for it in ("701", "101", "102", "103", "104", "501")]
    first = page["items"][1]
    assert "101" in first["home"] and first["voted"] and not first["waiting"]
    (waiting,) = (await done(square.worker.get(f"{path}?show=waiting")))["items"]
    assert waiting["id"] == doors["104"] and waiting["entered_by_me"]
    assert not (await done(square.moderator.get(f"{path}?show=waiting")))["items"][0]["entered_by_me"]
    assert len((await done(square.worker.get(f"{path}?show=open")))["items"]) == 5
    assert [it["id"] for it in (await done(square.worker.get(f"{path}?q=5幢")))["items"]] == [doors["501"]]
    assert (await done(square.worker.get(f"{path}?q=%25")))["items"] == []
    seen_ids, cursor = [], ""
    for _ in range(3):
        part = await done(square.worker.get(f"{path}?limit=2{cursor}"))
        seen_ids += [it["id"] for it in part["items"]]
        cursor = f"&cursor={part['next_cursor']}"
    assert seen_ids == [it["id"] for it in page["items"]] and part["next_cursor"] is None


async def test_the_desk_lists_polls_and_people_by_name(square: Square) -> None:
    poll = await ask(square)
    newer = await ask(square, counted_by="home")
    await enter(square.worker, newer, (await electors_of(newer))["104"], "装")
    await vote(square.wang, poll, "装")
    async with square.house.statements(3):
        page = await done(square.worker.get(f"/desk/polls?community_id={square.community.id}"))
    assert [(it["id"], it["voted"], it["waiting"]) for it in page["items"]] == [
        (newer["id"], 0, 1),
        (poll["id"], 1, 0),
    ]
    found = await done(square.worker.get(f"/desk/polls/{poll['id']}/electors?q=王"))
    assert [it["name"][0] for it in found["items"]] == ["王"] and found["items"][0]["home"] is None
