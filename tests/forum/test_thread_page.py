"""A thread's page: from where it begins, what each reader sees of it and may do."""

from typing import Any
from uuid import UUID

import pytest

from backend.core.database import execute
from backend.forum.rules.reading import REPLIES_A_PAGE
from tests.forum.square import Square, done, refused
from tests.house import API, Neighbour


async def many(square: Square, count: int) -> UUID:
    """A thread with so many replies of li's."""
    thread = await square.thread()
    await execute(
        """WITH made AS (INSERT INTO reply (id, community, thread, number, author, body, html)
               SELECT gen_random_uuid(), $1, $2, n, $3, '好', '<p>好</p>' FROM generate_series(1, $4::int) AS n)
           UPDATE thread SET last_number = $4, reply_count = $4 WHERE id = $2""",
        square.community.id,
        thread,
        square.li.account_id,
        count,
    )
    return thread


async def page(who: Neighbour, thread: UUID, at: str = "first") -> dict[str, Any]:
    return await done(who.get(f"/threads/{thread}?at={at}"))


def numbers(shown: dict[str, Any]) -> list[int]:
    return [it["number"] for it in shown["replies"]["items"]]


@pytest.mark.parametrize(
    ("at", "first", "last"),
    [
        ("first", 1, 20),
        ("7", 7, 26),
        ("21", 21, 40),
        ("39", 39, 45),
        ("45", 45, 45),
        ("46", 26, 45),
        ("999999999", 26, 45),
    ],
)
async def test_it_begins_where_asked(square: Square, at: str, first: int, last: int) -> None:
    thread = await many(square, 45)
    assert numbers(await page(square.zhao, thread, at)) == list(range(first, last + 1))


async def test_it_begins_at_what_is_new(square: Square) -> None:
    thread = await many(square, 45)
    assert numbers(await page(square.zhao, thread, "unread"))[0] == 1
    await done(square.zhao.put(f"/threads/{thread}/read", {"number": 12}))
    shown = await page(square.zhao, thread, "unread")
    assert numbers(shown)[0] == 13 and shown["last_read_number"] == 12
    await done(square.zhao.put(f"/threads/{thread}/read", {"number": 45}))
    assert numbers(await page(square.zhao, thread, "unread")) == list(range(26, 46))


async def test_it_begins_at_the_official_word(square: Square) -> None:
    thread = await many(square, 45)
    assert numbers(await page(square.zhao, thread, "official"))[0] == 1
    await execute("UPDATE reply SET is_official = true WHERE thread = $1 AND number IN (30, 44)", thread)
    await execute("UPDATE thread SET official_at = now() WHERE id = $1", thread)
    shown = await page(square.zhao, thread, "official")
    assert numbers(shown)[0] == 30
    assert [it["number"] for it in shown["official"]] == [30, 44]
    early = await page(square.zhao, thread)
    assert numbers(early) == list(range(1, 21)) and [it["number"] for it in early["official"]] == [30, 44]
    late = await page(square.zhao, thread, "46")
    assert numbers(late) == list(range(26, 46))


@pytest.mark.parametrize("at", ["last", "-1", "1.5", "1" * 10, "first;"])
async def test_other_words_are_refused(square: Square, at: str) -> None:
    await refused(square.zhao.get(f"/threads/{await square.thread()}?at={at}"), 422)


async def test_cursors_lead_on_and_back(square: Square) -> None:
    thread = await many(square, 45)
    shown = (await page(square.zhao, thread, "10"))["replies"]
    path = f"/threads/{thread}/replies?limit=8&cursor="
    further = await done(square.zhao.get(path + shown["next_cursor"]))
    assert [it["number"] for it in further["items"]] == list(range(30, 38))
    last = await done(square.zhao.get(path + further["next_cursor"]))
    assert [it["number"] for it in last["items"]] == list(range(38, 46)) and last["next_cursor"] is None
    back = await done(square.zhao.get(path + shown["previous_cursor"]))
    assert [it["number"] for it in back["items"]] == list(range(2, 10))
    first = await done(square.zhao.get(path + back["previous_cursor"]))
    assert [it["number"] for it in first["items"]] == [1] and first["previous_cursor"] is None
    again = await done(square.zhao.get(path + back["next_cursor"]))
    assert [it["number"] for it in again["items"]][0] == 10


async def test_it_costs_four_statements(square: Square) -> None:
    thread = await many(square, REPLIES_A_PAGE + 1)
    await execute("UPDATE reply SET is_official = true WHERE thread = $1 AND number = 3", thread)
    issue = await square.thread(kind="issue", issue={"organisation_id": str(square.organisations["property_company"])})
    for path in (f"/threads/{thread}?at=unread", f"/threads/{issue}", f"/threads/{thread}/replies?limit=5"):
        async with square.house.statements(4):
            await done(square.wang.get(path))
    async with square.house.statements(3):
        await done(square.wang.get(f"/threads/{thread}?at=official"))


async def test_a_poll_or_an_issue_comes_with_its_thread(square: Square) -> None:
    issue = await square.thread(kind="issue", issue={"organisation_id": str(square.organisations["property_company"])})
    shown = await page(square.wang, issue)
    assert shown["issue"]["organisation_name"] == "翠湖物业" and shown["poll"] is None
    assert (await page(square.wang, await square.thread()))["issue"] is None


async def test_guests_read_public_boards_alone(square: Square) -> None:
    for board, status in (("public", 200), ("talk", 404), ("estate", 404)):
        thread = await square.thread(board=board)
        for path in (f"/threads/{thread}", f"/threads/{thread}/replies", f"/threads/{thread}/history"):
            assert (await square.house.http.get(API + path)).status_code == status
            assert (await square.guest.get(path)).status_code == status
            assert (await square.stranger.get(path)).status_code == status


async def test_an_estates_board_is_its_neighbours_and_the_moderators(square: Square) -> None:
    thread = await square.thread(board="estate")
    for who in ("wang", "zhao", "moderator"):
        assert (await getattr(square, who).get(f"/threads/{thread}")).status_code == 200
    for who in ("sun", "property", "worker", "guest"):
        assert (await getattr(square, who).get(f"/threads/{thread}")).status_code == 404


async def test_each_is_offered_what_they_may_do(square: Square) -> None:
    thread = await square.thread(board="public", kind="question")
    await square.reply(thread)

    async def offered(who: Neighbour | None) -> tuple[set[str], set[str], set[str]]:
        if who is None:
            shown = (await square.house.http.get(f"{API}/threads/{thread}")).json()
        else:
            shown = await page(who, thread)
        return set(shown["can"]), set(shown["post"]["can"]), set(shown["replies"]["items"][0]["can"])

    assert await offered(None) == (set(), set(), set())
    assert await offered(square.guest) == ({"follow", "report"}, {"report"}, {"report"})
    writes = {"edit", "delete", "reply", "react"}
    assert await offered(square.wang) == (
        {"reply", "edit", "delete", "follow"},
        writes,
        {"reply", "report", "accept", "react"},
    )
    assert await offered(square.li) == ({"reply", "follow", "report"}, {"reply", "report", "react"}, writes)
    assert {"lock", "pin", "slow", "move", "merge", "split", "to_issue", "respond"} <= (
        await offered(square.moderator)
    )[0]
    assert "respond" in (await offered(square.property))[0]
    await done(square.moderator.put(f"/threads/{thread}/lock", {"reason": "已经解决"}))
    assert "reply" not in (await offered(square.li))[0] and "reply" in (await offered(square.moderator))[0]


async def test_badges_hide_who_speaks(square: Square) -> None:
    thread = await square.thread()
    company = str(square.organisations["property_company"])
    word = await square.reply(thread, square.property, organisation_id=company)
    await square.reply(thread, square.li, parent_id=str(word), quoted_id=str(word), quoted_text="我家楼下")
    said, answered = (await page(square.wang, thread))["replies"]["items"]
    assert said["author"] == {
        "kind": "property_company", "name": "翠湖物业", "account_id": None, "organisation_id": company,
    }  # fmt: skip
    assert (answered["parent_author"], answered["quoted_author"]) == ("翠湖物业", "翠湖物业")
    assert answered["quoted_text"] == "我家楼下"


async def test_source_is_its_authors_alone(square: Square) -> None:
    thread = await square.thread(body="门口的灯**又**坏了，请物业看看。")
    assert (await page(square.wang, thread))["post"]["source"] == "门口的灯**又**坏了，请物业看看。"
    assert (await page(square.li, thread))["post"]["source"] is None
    assert "<strong>又</strong>" in (await page(square.li, thread))["post"]["html"]


async def test_slow_mode_says_when(square: Square) -> None:
    thread = await square.thread()
    await done(square.moderator.put(f"/threads/{thread}/slow-mode", {"seconds": 600}))
    assert (await page(square.li, thread))["next_reply_at"] is None
    await square.reply(thread)
    assert (await page(square.li, thread))["next_reply_at"] is not None
    assert (await page(square.wang, thread))["next_reply_at"] is None


async def test_its_tag_is_what_an_edit_names(square: Square) -> None:
    thread = await square.thread()
    answer = await square.wang.get(f"/threads/{thread}")
    assert answer.headers["etag"].startswith('"v1.')
    body = {"title": "小区南门的路灯修好了"}
    await done(square.wang.patch(f"/threads/{thread}", body, headers={"If-Match": answer.headers["etag"]}))


async def test_a_closed_account_is_a_former_neighbour(square: Square) -> None:
    thread = await square.thread(square.li)
    await square.reply(thread, square.li)
    await done(square.li.delete("/me"))
    await square.house.drain()
    shown = await page(square.wang, thread)
    for post in (shown["post"], shown["replies"]["items"][0]):
        assert (post["author"]["name"], post["author"]["account_id"]) == ("已注销邻居", None)


async def test_the_history_is_anyones_who_reads_it(square: Square) -> None:
    thread = await square.thread(board="public")
    reply = await square.reply(thread)
    for post in (thread, reply):
        await execute(
            """INSERT INTO post_version (id, post, number, title, body, html, edited_by)
               VALUES (gen_random_uuid(), $1, 1, '从前的题目是这个', '从前', '<p>从前</p>', $2)""",
            post,
            square.wang.account_id,
        )
    for path in (f"/threads/{thread}/history", f"/replies/{reply}/history"):
        versions = (await square.house.http.get(API + path)).json()["items"]
        assert [it["html"] for it in versions][0] == "<p>从前</p>"
        assert versions[0]["at"] is not None and versions[-1]["at"] is None
