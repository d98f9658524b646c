"""The committee keeps the rooms of the forum."""

from uuid import UUID, uuid4

import pytest

from backend.forum.schemas.posts import BOARD_NAME_MAX_CHARS, BOARD_WORDS_MAX_CHARS
from tests.forum.square import Square, column, done, edit_of, refused
from tests.house import key


async def test_a_board_as_it_was_made(square: Square) -> None:
    estate = str(square.places["翠湖园"])
    path, headers = f"/communities/{square.community.id}/boards", key()
    wanted = {"name": "翠湖园车位", "description": "只谈停车", "estate_id": estate, "read_by": "estate", "position": 9}
    made = await done(square.admin.post(path, wanted, headers=headers))
    assert made == {
        **wanted, "id": made["id"], "community_id": str(square.community.id), "estate_name": "翠湖园",
        "post_by": "residents", "thread_count": 0, "newest_at": None, "archived": False, "edits": 1,
        "can": ["post", "edit"],
    }  # fmt: skip
    assert await done(square.admin.post(path, wanted, headers=headers)) == made


async def test_only_the_committee_makes_and_changes_boards(square: Square) -> None:
    path = f"/communities/{square.community.id}/boards"
    for other in (square.wang, square.moderator, square.worker):
        await refused(other.post(path, {"name": "我的地盘"}), 403)
        call = other.patch(f"/boards/{square.boards['talk']}", {"name": "我的地盘"}, headers=edit_of(1))
        await refused(call, 403)
    elsewhere = f"/communities/{square.other.id}/boards"
    await refused(square.admin.post(elsewhere, {"name": "我的地盘"}), 404)


async def test_names_and_words_have_their_lengths(square: Square) -> None:
    path = f"/communities/{square.community.id}/boards"
    for length in (2, BOARD_NAME_MAX_CHARS):
        await done(square.admin.post(path, {"name": "议" * length, "description": "说" * BOARD_WORDS_MAX_CHARS}))
    for wrong in ("议", "议" * (BOARD_NAME_MAX_CHARS + 1), " 议 "):
        await refused(square.admin.post(path, {"name": wrong}), 422)
    await refused(square.admin.post(path, {"name": "议事", "description": "说" * (BOARD_WORDS_MAX_CHARS + 1)}), 422)


async def test_a_name_is_given_once(square: Square) -> None:
    path = f"/communities/{square.community.id}/boards"
    await refused(square.admin.post(path, {"name": "邻里闲谈"}, headers=key()), 409, "forum.board_name_taken")
    # Each estate may have its own.
    for estate in ("翠湖园", "云栖里"):
        await done(square.admin.post(path, {"name": "邻里闲谈", "estate_id": str(square.places[estate])}))
    call = square.admin.patch(f"/boards/{square.boards['public']}", {"name": "邻里闲谈"}, headers=edit_of(1))
    await refused(call, 409, "forum.board_name_taken")


@pytest.mark.parametrize("rules", [{"read_by": "estate"}, {"post_by": "estate"}])
async def test_an_estates_rules_need_an_estate(square: Square, rules: dict[str, str]) -> None:
    path = f"/communities/{square.community.id}/boards"
    await refused(square.admin.post(path, {"name": "楼里的事", **rules}), 422)
    call = square.admin.patch(f"/boards/{square.boards['talk']}", rules, headers=edit_of(1))
    await refused(call, 422)
    for place in (square.places["3幢"], uuid4()):
        await refused(square.admin.post(path, {"name": "楼里的事", "estate_id": str(place), **rules}), 422)
    await done(square.admin.post(path, {"name": "楼里的事", "estate_id": str(square.places["翠湖园"]), **rules}))


async def test_an_edit_names_what_it_changes(square: Square) -> None:
    board = square.boards["talk"]
    path = f"/boards/{board}"
    await refused(square.admin.patch(path, {"name": "闲谈"}), 428)
    await refused(square.admin.patch(path, {"name": "闲谈"}, headers=edit_of(2)), 412)
    changed = await square.admin.patch(path, {"name": "闲谈", "post_by": "owners"}, headers=edit_of(1))
    assert changed.headers["etag"] == '"v2"' and changed.json()["name"] == "闲谈"
    assert (await done(square.admin.patch(path, {"name": "闲谈"}, headers=edit_of(2))))["edits"] == 2
    await refused(square.zhao.post(f"{path}/threads", {"kind": "discussion", "title": "x" * 8, "body": "y"}), 422)


async def test_an_archived_board_is_read_only_and_comes_back(square: Square) -> None:
    thread = await square.thread()
    reply, path = await square.reply(thread), f"/boards/{square.boards['talk']}"
    await done(square.admin.patch(path, {"archived": True}, headers=edit_of(1)))
    for call in (
        square.wang.post(f"/threads/{thread}/replies", {"body": "还能说吗"}),
        square.moderator.post(f"/threads/{thread}/replies", {"body": "还能说吗"}),
        square.li.patch(f"/replies/{reply}", {"body": "改一改"}, headers=edit_of(1)),
        square.moderator.put(f"/threads/{await square.thread(square.li, 'public')}/board",
                             {"board_id": str(square.boards["talk"])}),
    ):  # fmt: skip
        await refused(call, 409, "forum.board_archived")
    await done(square.admin.patch(path, {"archived": False}, headers=edit_of(2)))
    await square.reply(thread)
    assert await column("board", UUID(path.split("/")[-1]), "archived_at") is None
