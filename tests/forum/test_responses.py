"""Official responses: under the badge, pinned, and taking an issue on in the same breath."""

from typing import Any
from uuid import UUID, uuid4

from backend.core.database import execute, fetchval
from tests.forum.square import Square, column, done, join_organisation, refused
from tests.forum.test_issues import raised, shown
from tests.house import at_once, key

WORDS = "路灯配件明天到货，周五前修好，给大家添麻烦了。"


def response(square: Square, kind: str = "property_company", **more: Any) -> dict[str, Any]:
    return {"organisation_id": str(square.organisations[kind]), "body": WORDS, **more}


async def test_a_response_is_pinned_and_carries_the_badge(square: Square) -> None:
    thread = await square.thread()
    await square.reply(thread)
    async with square.house.statements(8):
        made = await done(square.property.put(f"/threads/{thread}/official-response", response(square)))
    assert (made["thread_id"], made["number"], made["state"]) == (str(thread), 2, "shown")
    page = await done(square.li.get(f"/threads/{thread}"))
    (pinned,) = page["official"]
    assert pinned["id"] == made["id"] and pinned["is_official"]
    assert (pinned["author"]["name"], pinned["author"]["account_id"]) == ("翠湖物业", None)
    assert [it["is_official"] for it in page["replies"]["items"]] == [False, True]
    assert await column("thread", thread, "official_at") is not None


async def test_it_answers_the_issue_and_moves_it(square: Square) -> None:
    thread = await raised(square)
    path = f"/threads/{thread}/official-response"
    await done(square.property.put(path, response(square, move="acknowledge")))
    issue = await shown(square, thread)
    assert issue["state"] == "acknowledged" and issue["responded_at"] is not None
    await done(square.property.put(path, response(square, body=f"{WORDS}（灯已亮）", move="resolve")))
    await refused(
        square.property.put(path, response(square, body="又来一次。", move="resolve")), 409, "core.move_refused"
    )
    page = await done(square.li.get(f"/threads/{thread}"))
    assert len(page["official"]) == 2 and page["issue"]["state"] == "resolved"


async def test_who_declines_says_why_in_the_response(square: Square) -> None:
    thread = await raised(square)
    await done(square.property.put(f"/threads/{thread}/official-response", response(square, move="decline")))
    issue = await shown(square, thread)
    assert (issue["state"], issue["reason"]) == ("declined", WORDS)


async def test_another_organisation_may_answer_but_not_move(square: Square) -> None:
    thread = await raised(square)
    path = f"/threads/{thread}/official-response"
    await refused(
        square.owners.put(path, response(square, "owners_committee", move="acknowledge")), 403, "forum.issue_not_yours"
    )
    assert await fetchval("SELECT count(*) FROM reply") == 0, "and nothing of it stays"
    await done(square.owners.put(path, response(square, "owners_committee")))
    assert (await shown(square, thread))["responded_at"] is None
    # Nothing to move in a thread that is no issue.
    other = await square.thread()
    await refused(square.property.put(f"/threads/{other}/official-response", response(square, move="acknowledge")), 404)


async def test_only_its_members_use_a_badge(square: Square) -> None:
    thread = await square.thread()
    path = f"/threads/{thread}/official-response"
    merchant = await join_organisation(square.community, "merchant", square.li)
    for who, body in (
        (square.wang, response(square)),
        (square.moderator, response(square)),
        (square.property, response(square, "committee")),
        (square.property, {"organisation_id": str(uuid4()), "body": WORDS}),
        (square.li, {"organisation_id": str(merchant), "body": WORDS}),
    ):
        await refused(who.put(path, body), 422, "forum.voice_refused")
    await done(square.worker.put(path, response(square, "committee")))
    await refused(square.stranger.put(path, response(square)), 404)
    await refused(square.property.put(f"/threads/{uuid4()}/official-response", response(square)), 404)


async def test_a_locked_thread_still_gets_its_answer_and_a_closed_one_none(square: Square) -> None:
    thread = await square.thread()
    await execute("UPDATE thread SET locked_at = now() WHERE id = $1", thread)
    path = f"/threads/{thread}/official-response"
    await done(square.property.put(path, response(square)))
    await execute("UPDATE thread SET state = 'hidden' WHERE id = $1", thread)
    await refused(square.property.put(path, response(square, body="再说一次也没有用。")), 404)


async def test_sent_twice_it_is_said_once(square: Square) -> None:
    thread = await square.thread()
    path, same = f"/threads/{thread}/official-response", key()
    first, second = await at_once(*(square.property.put(path, response(square), headers=same) for _ in range(2)))
    assert first.status_code == second.status_code == 200 and first.json() == second.json()
    assert await fetchval("SELECT count(*) FROM reply WHERE thread = $1 AND is_official", UUID(str(thread))) == 1
