"""Pictures of posts: for whoever reads the post, and only those that are in it."""

from uuid import UUID

from backend.core.database import execute, transaction
from backend.core.ids import new_id
from backend.forum.service.subjects import SUBJECTS
from tests.forum.square import Square, done, refused
from tests.house import API, Neighbour


async def uploaded(owner: Neighbour) -> str:
    """A picture that its owner has uploaded and nothing uses yet."""
    made = new_id()
    await execute(
        """INSERT INTO medium (id, owner, file, purpose, kind, name, state, stored_bytes, width, height, thumbhash,
                               variants, digest)
           VALUES ($1, $2, $3, 'attachment', 'image', '灯.jpg', 'ready', 10, 1440, 900, '', '{320,720,1440}', '')""",
        made, owner.account_id, new_id(),
    )  # fmt: skip
    return str(made)


async def status(who: Neighbour | None, square: Square, kind: str, post: UUID, medium: str) -> int:
    """304 where one may see it: what a client has already is not sent again."""
    path, have = f"/posts/{kind}/{post}/pictures/{medium}/720", {"If-None-Match": f'"{medium}-720"'}
    if who is None:
        return (await square.house.http.get(API + path, headers=have)).status_code
    return (await who.get(path, headers=have)).status_code


async def test_who_reads_the_post_sees_its_pictures(square: Square) -> None:
    mine, of_reply = await uploaded(square.wang), await uploaded(square.li)
    thread = await square.thread(body=f"门口的灯是这个样子的：![灯](media:{mine})")
    reply = await square.reply(thread, body=f"我家门口的：![灯](media:{of_reply})")
    for who, seen in ((square.zhao, 304), (square.moderator, 304), (square.guest, 404), (None, 404)):
        assert await status(who, square, "thread", thread, mine) == seen
        assert await status(who, square, "reply", reply, of_reply) == seen
    assert await status(square.zhao, square, "reply", reply, mine) == 404
    assert await status(square.zhao, square, "thread", reply, of_reply) == 404
    await refused(square.zhao.get(f"/posts/thread/{thread}/pictures/{mine}/9999"), 404)


async def test_a_public_boards_pictures_are_anyones(square: Square) -> None:
    medium = await uploaded(square.wang)
    thread = await square.thread(board="public", body=f"门口的灯是这个样子的：![灯](media:{medium})")
    assert await status(None, square, "thread", thread, medium) == 304
    item = (await done(square.wang.get(f"/boards/{square.boards['public']}/threads")))["items"][0]
    assert item["picture"] == f"/posts/thread/{thread}/pictures/{medium}/320"


async def test_a_hidden_posts_pictures_are_hidden_with_it(square: Square) -> None:
    medium = await uploaded(square.li)
    thread = await square.thread()
    reply = await square.reply(thread, body=f"我家门口的：![灯](media:{medium})")
    async with transaction():
        await SUBJECTS["reply"].hide(reply)
    assert await status(square.zhao, square, "reply", reply, medium) == 404
    assert await status(square.li, square, "reply", reply, medium) == 304
    async with transaction():
        await SUBJECTS["reply"].restore(reply)
        await SUBJECTS["thread"].hide(thread)
    assert await status(square.zhao, square, "reply", reply, medium) == 404


async def test_whom_one_may_mention(square: Square) -> None:
    thread = await square.thread()
    await square.reply(thread, square.li)
    await square.reply(thread, square.property, organisation_id=str(square.organisations["property_company"]))
    path = f"/communities/{square.community.id}/mention-choices"
    names = {it["link"] for it in (await done(square.zhao.get(path)))["items"]}
    assert names == {f"organisation:{it}" for it in square.organisations.values()}
    links = {it["link"] for it in (await done(square.zhao.get(f"{path}?thread_id={thread}")))["items"]} - names
    assert links == {f"account:{square.wang.account_id}", f"account:{square.li.account_id}"}
    found = (await done(square.zhao.get(f"{path}?q=物业")))["items"]
    assert [it["name"] for it in found] == ["翠湖物业"]
    await refused(square.stranger.get(path), 404)
    await refused(square.guest.get(path), 403)
    hidden = await square.thread(board="estate")
    await refused(square.sun.get(f"{path}?thread_id={hidden}"), 404)
    assert (await square.zhao.get(f"{path}?q={'好' * 30}")).status_code == 200
    await refused(square.zhao.get(f"{path}?q={'好' * 31}"), 422)
