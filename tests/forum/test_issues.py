"""A public issue from the complaint to its end: who moves it, who is told, what everybody sees."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.core.clock import now
from backend.core.database import execute, fetch, fetchval
from backend.forum.events import IssueMoved, IssueRaised, ThreadPosted
from backend.forum.rules.issues import BY_ORGANISATION, FLOW, PATIENCE, moves_for
from backend.forum.service import telling_issues
from tests.forum.square import Square, column, done, join_organisation, refused
from tests.house import Neighbour, at_once

ARROWS = {
    "acknowledge": (("raised", "reopened"), "acknowledged"),
    "start": (("raised", "acknowledged", "reopened"), "in_progress"),
    "resolve": (("acknowledged", "in_progress", "reopened"), "resolved"),
    "decline": (("raised", "acknowledged", "in_progress", "reopened"), "declined"),
    "reopen": (("resolved", "declined"), "reopened"),
}
WAYS = {
    "raised": (),
    "acknowledged": ("acknowledge",),
    "in_progress": ("start",),
    "resolved": ("acknowledge", "resolve"),
    "declined": ("decline",),
    "reopened": ("decline", "reopen"),
}


async def raised(square: Square, by: Neighbour | None = None) -> UUID:
    """A new issue for the property company; wang's unless said otherwise."""
    asked = {"organisation_id": str(square.organisations["property_company"])}
    return await square.thread(by, kind="issue", issue=asked)


async def move(
    square: Square, thread: UUID, name: str, by: Neighbour | None = None, reason: str = "路灯厂家缺货"
) -> Any:
    mover = by or (square.wang if name == "reopen" else square.property)
    return await mover.put(f"/threads/{thread}/issue/state", {"move": name, "reason": reason})


async def shown(square: Square, thread: UUID, who: Neighbour | None = None) -> dict[str, Any]:
    issue: dict[str, Any] = (await done((who or square.li).get(f"/threads/{thread}")))["issue"]
    return issue


async def test_from_the_complaint_to_its_end(square: Square) -> None:
    thread = await raised(square)
    issue = await shown(square, thread)
    assert (issue["state"], issue["organisation_name"], issue["responded_at"]) == ("raised", "翠湖物业", None)
    assert issue["moves"] == []
    assert (await shown(square, thread, square.property))["moves"] == ["acknowledge", "start", "decline"]
    async with square.house.statements(8):
        await done(square.property.put(f"/threads/{thread}/issue/state", {"move": "acknowledge"}))
    await done(square.property.put(f"/threads/{thread}/issue/state", {"move": "start"}))
    ended = await done(square.property.put(f"/threads/{thread}/issue/state", {"move": "resolve"}))
    assert ended["state"] == "resolved" and ended["response_s"] >= 0
    assert [it["state"] for it in ended["steps"]] == ["raised", "acknowledged", "in_progress", "resolved"]
    assert (await shown(square, thread, square.wang))["moves"] == ["reopen"]
    reopened = (await move(square, thread, "reopen", reason="还是不亮")).json()
    assert reopened["state"] == "reopened" and reopened["reason"] == "还是不亮"


@pytest.mark.parametrize("state", sorted(WAYS))
async def test_every_arrow_can_be_walked_and_no_other(square: Square, state: str) -> None:
    for name, (sources, target) in ARROWS.items():
        thread = await raised(square)
        for step in WAYS[state]:
            assert (await move(square, thread, step)).status_code == 200
        answer = await move(square, thread, name)
        if state in sources:
            assert answer.status_code == 200 and answer.json()["state"] == target
        else:
            assert answer.status_code == 409 and answer.json()["code"] == "core.move_refused"
            assert (await shown(square, thread))["state"] == state


def test_what_is_offered_is_what_the_flow_takes() -> None:
    for state, speaks, keeps in product(WAYS, (True, False), (True, False)):
        offered = moves_for(state, speaks=speaks, wrote_or_moderates=keeps)
        expected = [
            name for name, (sources, _) in ARROWS.items()
            if state in sources and (speaks if name in BY_ORGANISATION else keeps)
        ]  # fmt: skip
        assert offered == expected
    assert {name: (move.sources, move.target) for name, move in FLOW.by_name.items() if name in ARROWS} == ARROWS


async def test_only_the_named_organisation_moves_it(square: Square) -> None:
    thread = await raised(square)
    for who in (square.wang, square.li, square.owners, square.moderator, square.admin):
        answer = await move(square, thread, "acknowledge", who)
        assert answer.status_code == 403 and answer.json()["code"] == "forum.issue_not_yours"
    for who, status in ((square.stranger, 404), (square.guest, 403)):
        assert (await move(square, thread, "acknowledge", who)).status_code == status
    assert (await move(square, thread, "decline")).status_code == 200
    for who in (square.li, square.property, square.owners):
        assert (await move(square, thread, "reopen", who)).status_code == 403
    assert (await move(square, thread, "reopen", square.moderator)).status_code == 200


async def test_the_committee_s_staff_speak_for_the_committee(square: Square) -> None:
    thread = await square.thread(kind="issue", issue={"organisation_id": str(square.organisations["committee"])})
    assert (await move(square, thread, "acknowledge", square.property)).status_code == 403
    assert (await move(square, thread, "acknowledge", square.worker)).status_code == 200
    # Suspended, an organisation has no voice.
    other = await raised(square)
    await execute("UPDATE organisation SET state = 'suspended' WHERE kind = 'property_company'")
    assert (await move(square, other, "acknowledge")).status_code == 403


async def test_declining_and_reopening_need_a_reason(square: Square) -> None:
    thread = await raised(square)
    found = (await move(square, thread, "decline", reason=" \u200b ")).json()
    assert [it["field"] for it in found["errors"]] == ["reason"]
    assert (await shown(square, thread))["state"] == "raised"
    assert (await move(square, thread, "decline", reason="长" * 501)).status_code == 422
    assert (await move(square, thread, "decline", reason="长" * 500)).status_code == 200
    assert (await move(square, thread, "reopen", reason="")).status_code == 422
    assert (await move(square, thread, "reopen", reason="请再看看")).status_code == 200


async def test_an_issue_names_an_organisation_of_the_community_that_answers(square: Square) -> None:
    merchant = await join_organisation(square.community, "merchant", square.li)
    elsewhere = await fetchval("SELECT id FROM organisation WHERE community = $1", square.other.id)
    path, body = (
        f"/boards/{square.boards['talk']}/threads",
        {"kind": "issue", "title": "路灯不亮已经三天了", "body": "请物业尽快来修一修。"},
    )
    for wrong in (merchant, elsewhere, uuid4()):
        await refused(square.wang.post(path, {**body, "issue": {"organisation_id": str(wrong)}}), 422)
    assert await fetchval("SELECT count(*) FROM public_issue") == 0
    await raised(square)


async def test_a_moderator_turns_a_thread_into_a_public_issue(square: Square) -> None:
    thread = await square.thread()
    path, body = f"/threads/{thread}/issue", {"organisation_id": str(square.organisations["property_company"])}
    await refused(square.wang.put(path, body), 403)
    elsewhere = await square.house.officer(square.other, "moderator")
    await refused(elsewhere.put(path, body), 404)
    await refused(square.moderator.put(path, {"organisation_id": str(uuid4())}), 422)
    assert await column("thread", thread, "kind") == "discussion"
    issue = await done(square.moderator.put(path, body))
    assert issue["state"] == "raised" and await column("thread", thread, "kind") == "issue"
    # Once more is the same.
    assert len((await done(square.moderator.put(path, body)))["steps"]) == 1


async def test_a_poll_and_what_is_hidden_become_no_issue(square: Square) -> None:
    body = {"organisation_id": str(square.organisations["property_company"])}
    for column_, value, code in (("kind", "poll", "forum.issue_refused"), ("state", "hidden", "forum.thread_closed")):
        thread = await square.thread()
        await execute(f"UPDATE thread SET {column_} = $2 WHERE id = $1", thread, value)
        await refused(square.moderator.put(f"/threads/{thread}/issue", body), 409, code)


async def test_a_moderator_names_another_organisation(square: Square) -> None:
    thread = await raised(square)
    await move(square, thread, "decline")
    owners = {"organisation_id": str(square.organisations["owners_committee"])}
    issue = await done(square.moderator.put(f"/threads/{thread}/issue", owners))
    assert (issue["state"], issue["organisation_kind"], issue["responded_at"]) == ("raised", "owners_committee", None)
    turns = [(it["organisation_name"], it["handed_by"]) for it in issue["steps"]]
    assert turns == [("翠湖物业", None), ("翠湖物业", None), ("翠湖业委会", "翠湖物业")]
    assert (await move(square, thread, "acknowledge")).status_code == 403
    assert (await move(square, thread, "acknowledge", square.owners)).status_code == 200
    # What is resolved is reopened first.
    await move(square, thread, "resolve", square.owners)
    company = {"organisation_id": str(square.organisations["property_company"])}
    await refused(square.moderator.put(f"/threads/{thread}/issue", company), 409, "core.move_refused")


async def test_its_people_are_told(square: Square) -> None:
    thread = await raised(square)
    await done(square.li.put(f"/threads/{thread}/follow", {"level": "watching"}))
    await square.house.drain()
    assert await _told("issue.raised") == [square.property.account_id]
    await move(square, thread, "acknowledge")
    await square.house.drain()
    assert set(await _told("issue.moved")) == {square.wang.account_id, square.li.account_id}
    # Whoever doesn't want to hear of it doesn't.
    await done(square.li.put(f"/threads/{thread}/follow", {"level": "muted"}))
    await move(square, thread, "resolve")
    await square.house.drain()
    assert (await _told("issue.moved")).count(square.wang.account_id) == 2
    assert (await _told("issue.moved")).count(square.li.account_id) == 1
    await move(square, thread, "reopen")
    await square.house.drain()
    assert (await _told("issue.moved")).count(square.property.account_id) == 1
    page = await done(square.property.get("/inbox"))
    assert page["items"][0]["title"].endswith("要求重新处理")


async def test_telling_again_and_of_what_is_gone_changes_nothing(square: Square) -> None:
    thread = await raised(square)
    await move(square, thread, "acknowledge")
    await square.house.drain()
    before = await fetchval("SELECT count(*) FROM inbox_item")
    for gone in (thread, uuid4()):
        for _ in range(3):
            await telling_issues.tell_organisation(IssueRaised(thread_id=gone))
            await telling_issues.tell_organisation_of_thread(ThreadPosted(thread_id=gone))
            await telling_issues.tell_of_move(IssueMoved(thread_id=gone))
    assert await fetchval("SELECT count(*) FROM inbox_item") == before


async def test_the_desk_lists_what_one_s_organisation_is_asked(square: Square) -> None:
    first, second = await raised(square), await raised(square, square.li)
    third = await square.thread(kind="issue", issue={"organisation_id": str(square.organisations["committee"])})
    await move(square, first, "decline")
    path = f"/desk/issues?community_id={square.community.id}"

    async def listed(who: Neighbour, more: str = "") -> list[str]:
        return [it["thread_id"] for it in (await done(who.get(path + more)))["items"]]

    async with square.house.statements(3):
        assert await listed(square.property) == [str(second)]
    assert await listed(square.property, "&state=all") == [str(second), str(first)]
    assert await listed(square.worker, "&state=all") == [str(third), str(second), str(first)]
    assert await listed(square.worker) == [str(second), str(third)]
    assert await listed(square.worker, "&q=路灯") == [str(second), str(third)]
    assert await listed(square.worker, "&q=%25") == []
    assert await listed(square.worker, "&state=declined") == [str(first)]
    assert await listed(square.worker, "&sort=newest") == [str(third), str(second)]
    assert await listed(square.worker, "&state=all&sort=oldest") == [str(first), str(second), str(third)]
    await refused(square.wang.get(path), 403)
    await refused(square.worker.get(f"{path}&state=nowhere"), 422)
    await refused(square.stranger.get(path), 403)
    await refused((await square.house.officer(square.other, "worker")).get(path), 404)
    page = await done(square.worker.get(f"{path}&state=all&limit=2"))
    rest = await done(square.worker.get(f"{path}&state=all&limit=2&cursor={page['next_cursor']}"))
    assert [it["thread_id"] for it in rest["items"]] == [str(first)] and rest["next_cursor"] is None
    assert rest["items"][0]["organisation_name"] == "翠湖物业" and rest["items"][0]["author_name"].startswith("王")


async def test_what_waits_too_long_is_listed_as_late(square: Square) -> None:
    late, early, answered = [await raised(square) for _ in range(3)]
    for thread, waited in ((late, PATIENCE), (early, PATIENCE - timedelta(minutes=1)), (answered, PATIENCE)):
        await execute("UPDATE public_issue SET raised_at = now() - $2::interval WHERE thread = $1", thread, waited)
    await move(square, answered, "start")
    found = await done(square.property.get(f"/desk/issues?community_id={square.community.id}&state=late"))
    assert [it["thread_id"] for it in found["items"]] == [str(late)]
    everything = await done(square.property.get(f"/desk/issues?community_id={square.community.id}"))
    due = {it["thread_id"]: it["due_at"] for it in everything["items"]}
    assert due[str(answered)] is None and due[str(late)] < now().isoformat() < due[str(early)]


async def test_the_clock_stops_at_the_first_word(square: Square) -> None:
    thread = await raised(square)
    await execute("UPDATE public_issue SET raised_at = raised_at - interval '90 s'")
    await square.reply(thread, square.property)
    assert (await shown(square, thread))["response_s"] is None, "her own word is not the company's"
    await square.reply(thread, square.owners, organisation_id=str(square.organisations["owners_committee"]))
    assert (await shown(square, thread))["response_s"] is None, "nor is another organisation's"
    badge = str(square.organisations["property_company"])
    await square.reply(thread, square.property, organisation_id=badge)
    first = (await shown(square, thread))["response_s"]
    assert timedelta(seconds=90) <= timedelta(seconds=first) < timedelta(seconds=180)
    await square.reply(thread, square.property, organisation_id=badge)
    await move(square, thread, "acknowledge")
    assert (await shown(square, thread))["response_s"] == first


async def _told(kind: str) -> list[UUID]:
    rows = await fetch("SELECT account FROM inbox_item WHERE kind = $1 ORDER BY id", kind)
    return [row["account"] for row in rows]


async def test_of_two_who_move_it_at_the_same_moment_one_does(square: Square) -> None:
    thread = await raised(square)
    answers = await at_once(*(move(square, thread, name) for name in ("acknowledge", "acknowledge", "acknowledge")))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert [it["state"] for it in (await shown(square, thread))["steps"]] == ["raised", "acknowledged"]


async def test_answering_and_moving_at_the_same_moment_block_nobody(square: Square) -> None:
    thread = await raised(square)
    body = {"organisation_id": str(square.organisations["property_company"]), "body": "已经报修，明天到货。"}
    answers = await at_once(
        square.property.put(f"/threads/{thread}/official-response", {**body, "move": "start"}),
        move(square, thread, "decline"),
        square.moderator.put(f"/threads/{thread}/issue", {"organisation_id": str(square.organisations["committee"])}),
        square.property.post(f"/threads/{thread}/replies", {**body, "body": "请大家再等一等，谢谢。"}),
        square.li.post(f"/threads/{thread}/replies", {"body": "希望快一点修好。"}),
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 403, 409, 429}
    assert answers[-1].status_code == 201
