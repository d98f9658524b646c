"""A thread and its replies to spoil, and how each of their rules is broken."""

from uuid import UUID

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from tests.house import Community, Neighbour
from tests.notices.office import done

FORUM_DEFECTS: dict[str, list[str]] = {
    "forum.threads": ["UPDATE board SET thread_count = thread_count + 1"],
    "forum.replies": ["UPDATE thread SET reply_count = reply_count - 1 WHERE reply_count > 0"],
    "forum.numbers": ["UPDATE reply SET number = number + 100"],
    "forum.reactions": ["DELETE FROM post_reaction"],
    "forum.answers": ["UPDATE reply SET parent = gen_random_uuid() WHERE parent IS NOT NULL"],
    "forum.official": ["UPDATE thread SET official_at = NULL"],
    "forum.versions": ["UPDATE post_version SET number = 99"],
    "forum.withdrawn": ["UPDATE reply SET is_withdrawn = true WHERE state = 'shown'"],
    "tenancy.forum": ["UPDATE board SET community = {other}"],
}


async def hold_forum(here: Community, moderator: Neighbour, neighbour: Neighbour) -> None:
    """A question with two answers, one of them the committee's; thanked, accepted, and edited since."""
    board = await put_board(here, "问事")
    committee = await fetchval("SELECT id FROM organisation WHERE community = $1 AND kind = 'committee'", here.id)
    question = {"kind": "question", "title": "南门的灯什么时候修", "body": "已经黑了三天，请问谁负责？"}
    thread = (await done(neighbour.post(f"/boards/{board}/threads", question)))["id"]
    path = f"/threads/{thread}"
    answer = {"body": "今天下午去修。", "organisation_id": str(committee)}
    first = (await done(moderator.post(f"{path}/replies", answer)))["id"]
    await done(neighbour.post(f"{path}/replies", {"body": "谢谢，等您好消息。", "parent_id": first}))
    for kind, post in (("thread", thread), ("reply", first)):
        await done(neighbour.put(f"/posts/{kind}/{post}/reactions/thanks"))
    accepted = await neighbour.put(f"{path}/accepted-reply", {"reply_id": first})
    assert accepted.status_code == 204, accepted.text
    edited = {"body": "已经黑了三天，请问谁负责？下午修好了。"}
    await done(neighbour.patch(path, edited, headers={"If-Match": '"v2"'}))


async def put_board(here: Community, name: str) -> UUID:
    board = new_id()
    await execute("INSERT INTO board (id, community, name) VALUES ($1, $2, $3)", board, here.id, name)
    return board


async def put_thread(here: Community, board: UUID, author: Neighbour) -> UUID:
    """As a row: nobody waits between two of them."""
    thread = new_id()
    await execute(
        """INSERT INTO thread (id, community, board, author, title, body, html)
           VALUES ($1, $2, $3, $4, '楼下的灯又不亮了', '已经黑了三天。', '<p>已经黑了三天。</p>')""",
        thread,
        here.id,
        board,
        author.account_id,
    )
    await execute("UPDATE board SET thread_count = thread_count + 1 WHERE id = $1", board)
    return thread
