"""What somebody has begun to write is kept, theirs alone; and how it will look."""

from typing import Any
from uuid import UUID, uuid4

from backend.core.database import fetchval
from backend.forum.rules.drafts import DRAFTS_MOST
from backend.forum.rules.markdown import MARKS_MOST
from backend.forum.schemas.posts import POST_MAX_CHARS
from tests.forum.square import TITLE, Square, done, edit_of, refused


def kept(square: Square, **fields: Any) -> dict[str, Any]:
    return {"community_id": str(square.community.id), "content": {"title": "路灯", "body": "还没写完"}, **fields}


async def listed(square: Square, who: Any = None) -> list[dict[str, Any]]:
    found = await done((who or square.wang).get(f"/drafts?community_id={square.community.id}"))
    items: list[dict[str, Any]] = found["items"]
    return items


async def test_a_draft_is_kept_and_found_again(square: Square) -> None:
    thread, draft = await square.thread(square.li), uuid4()
    board = str(square.boards["talk"])
    async with square.house.statements(3):
        made = await done(square.wang.put(f"/drafts/{draft}", kept(square, board_id=board)))
    assert made == {
        "id": str(draft), "community_id": str(square.community.id), "board_id": board, "thread_id": None,
        "thread_title": None, "content": {"title": "路灯", "body": "还没写完"}, "updated_at": made["updated_at"],
    }  # fmt: skip
    content = {"body": "写完了", "pictures": ["a"], "n": 3, "yes": True, "no": None}
    again = await done(square.wang.put(f"/drafts/{draft}", kept(square, thread_id=str(thread), content=content)))
    assert (again["board_id"], again["thread_title"], again["content"]) == (None, TITLE, content)
    assert await listed(square) == [again]
    assert await listed(square, square.li) == []


async def test_a_draft_is_nobody_elses(square: Square) -> None:
    draft = uuid4()
    await done(square.wang.put(f"/drafts/{draft}", kept(square)))
    await refused(square.li.put(f"/drafts/{draft}", kept(square, content={"body": "换成我的"})), 404)
    await done(square.li.delete(f"/drafts/{draft}"))
    assert [it["content"]["body"] for it in await listed(square)] == ["还没写完"]
    for _ in range(2):
        await done(square.wang.delete(f"/drafts/{draft}"))
    assert await listed(square) == []
    await refused(square.stranger.put(f"/drafts/{draft}", kept(square)), 404)
    await refused(square.stranger.get(f"/drafts?community_id={square.community.id}"), 404)


async def test_a_draft_gives_no_title_away(square: Square) -> None:
    inside, hidden = await square.thread(square.li, "estate"), await square.thread(square.li)
    await done(square.li.delete(f"/threads/{hidden}"))
    for thread in (inside, hidden, uuid4()):
        made = await done(square.sun.put(f"/drafts/{uuid4()}", kept(square, thread_id=str(thread))))
        assert made["thread_title"] is None


async def test_so_many_drafts_are_kept(square: Square) -> None:
    drafts = [uuid4() for _ in range(DRAFTS_MOST)]
    for draft in drafts:
        await done(square.wang.put(f"/drafts/{draft}", kept(square)))
    await refused(square.wang.put(f"/drafts/{uuid4()}", kept(square)), 409, "forum.too_many_drafts")
    await done(square.wang.put(f"/drafts/{drafts[0]}", kept(square, content={})))
    assert [it["id"] for it in await listed(square)][0] == str(drafts[0])
    # The longest post in Chinese is a draft as well.
    await done(square.wang.put(f"/drafts/{drafts[1]}", kept(square, content={"body": "字" * POST_MAX_CHARS})))


async def test_odd_contents_are_kept_or_refused(square: Square) -> None:
    for content in ({"n": 2**63 - 1}, {"n": 10**40}, {"body": "\u0000"}, {"": ""}, {"body": "\U0001f468\u200d"}):
        answer = await square.wang.put(f"/drafts/{uuid4()}", kept(square, content=content))
        assert answer.status_code in (200, 400, 422), answer.text
    await listed(square)


async def test_how_it_will_look(square: Square) -> None:
    path, company = f"/communities/{square.community.id}/post-previews", square.organisations["property_company"]
    body = f"**您好** [@物业](organisation:{company}) [@王](account:{square.wang.account_id}) <b>x</b>"
    async with square.house.statements(2):
        shown = await done(square.wang.post(path, {"body": body}))
    assert shown["html"] == (
        f'<p><strong>您好</strong> <span class="mention" data-organisation="{company}">@翠湖物业</span> @王 '
        "&lt;b&gt;x&lt;/b&gt;</p>\n"
    )
    assert await done(square.wang.post(path, {"body": ""})) == {"html": ""}
    for other, status in ((square.stranger, 404), (square.guest, 403)):
        await refused(other.post(path, {"body": body}), status)
    await done(square.wang.post(path, {"body": "*" * MARKS_MOST}))
    for wrong in ("*" * (MARKS_MOST + 1), "字" * (POST_MAX_CHARS + 1)):
        await refused(square.wang.post(path, {"body": wrong}), 422)


async def test_too_many_marks_are_refused_wherever_they_stand(square: Square) -> None:
    thread = await square.thread()
    many = {"body": "好[" * (MARKS_MOST + 1)}
    await refused(square.li.post(f"/threads/{thread}/replies", many), 422)
    await refused(square.wang.patch(f"/threads/{thread}", many, headers=edit_of(1)), 422)
    assert await fetchval("SELECT count(*) FROM reply") == 0
    assert isinstance(thread, UUID)
