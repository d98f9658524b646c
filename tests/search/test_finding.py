"""What neighbours find, how it looks, and who finds it."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend.core.auth import caller_of
from backend.core.database import execute
from backend.core.ids import new_id
from backend.settings import settings
from search import service as search
from search.queries.finding import EVERYBODYS
from search.service import noting
from tests.forum.square import BODY, Square, done
from tests.house import Neighbour


async def found(square: Square, who: Neighbour, words: str, **asked: Any) -> dict[str, Any]:
    return await done(who.get("/search", params={"community_id": str(square.community.id), "q": words, **asked}))


async def posted(square: Square, *, title: str, board: str = "talk") -> UUID:
    """By wang; nobody says the same twice."""
    return await square.thread(board=board, title=title, body=f"{BODY}（{str(new_id())[-6:]}）")


async def ids(square: Square, who: Neighbour, words: str, **asked: Any) -> list[str]:
    return [item["id"] for item in (await found(square, who, words, **asked))["items"]]


async def test_a_thread_and_its_answer_are_found(square: Square) -> None:
    thread = await posted(square, title="三号楼电梯又停了一整天")
    reply = await square.reply(thread, body="物业说维保公司明天上午到，大家再等等。")
    await square.house.drain()
    assert await ids(square, square.li, "电梯") == [str(thread)]
    page = await found(square, square.li, "维保公司")
    (hit,) = page["items"]
    assert (hit["id"], hit["subject_id"], hit["number"], hit["kind"]) == (str(reply), str(thread), 1, "reply")
    assert hit["title"] == [{"text": "三号楼电梯又停了一整天", "hit": False}]
    assert {"text": "维保公司", "hit": True} in hit["excerpt"]
    assert hit["board_name"] == "邻里闲谈"
    assert page["total"] == 1 and page["facets"]["kinds"] == [{"value": "reply", "name": "reply", "count": 1}]
    assert page["facets"]["boards"] == [{"value": str(square.boards["talk"]), "name": "邻里闲谈", "count": 1}]
    assert not page["degraded"]


async def test_one_page_takes_four_statements(square: Square) -> None:
    thread = await posted(square, title="三号楼电梯又停了一整天")
    await square.reply(thread, body="电梯维保公司明天上午到，大家再等等。")
    await square.house.drain()
    async with square.house.statements(4):
        assert len(await ids(square, square.li, "电梯")) == 2


async def test_what_is_hidden_is_gone_at_once(square: Square) -> None:
    thread = await posted(square, title="三号楼电梯又停了一整天")
    await square.house.drain()
    await execute("UPDATE thread SET state = 'hidden' WHERE id = $1", thread)
    page = await found(square, square.li, "电梯")
    assert page["items"] == [] and page["total"] == 0


async def test_pages_are_filled_again_when_the_index_is_old(square: Square) -> None:
    threads = [await posted(square, title=f"电梯第{number}次停运的说明") for number in range(12)]
    await square.house.drain()
    await execute("UPDATE thread SET state = 'deleted' WHERE id = ANY($1)", threads[-8:])
    assert set(await ids(square, square.li, "电梯", limit=4)) == {str(one) for one in threads[:4]}


async def test_pages_follow_each_other(square: Square) -> None:
    threads = {str(await posted(square, title=f"电梯第{number}次停运的说明")) for number in range(7)}
    await square.house.drain()
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = await found(square, square.li, "电梯", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        assert (page["facets"] is None) == (cursor is not None)
        cursor = page["next_cursor"]
    assert cursor is None and len(seen) == 7 and set(seen) == threads


async def test_who_may_not_read_a_board_finds_nothing_of_it(square: Square) -> None:
    inside = await posted(square, board="estate", title="翠湖园内部的水箱清洗安排")
    public = await posted(square, board="public", title="公共水箱清洗的安排在这里")
    await square.house.drain()
    assert set(await ids(square, square.li, "水箱清洗")) == {str(inside), str(public)}
    assert await ids(square, square.sun, "水箱清洗") == [str(public)]
    assert set(await ids(square, square.moderator, "水箱清洗")) == {str(inside), str(public)}
    for outsider in (square.guest, square.stranger):
        page = await found(square, outsider, "水箱清洗")
        assert [item["id"] for item in page["items"]] == [str(public)] and page["total"] == 1
        assert [facet["count"] for facet in page["facets"]["boards"]] == [1]


async def test_people_are_found_by_the_desk_alone(square: Square) -> None:
    await square.house.drain()
    name = "王女士"
    page = await found(square, square.worker, name, kinds="person")
    assert page["items"], page
    assert {item["kind"] for item in page["items"]} == {"person"}
    assert await ids(square, square.worker, "3-2-101", kinds="person")
    assert await ids(square, square.li, name, kinds="person") == []
    assert "person" not in EVERYBODYS


async def test_the_time_limit_answers_with_an_empty_page(square: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    await posted(square, title="三号楼电梯又停了一整天")
    await square.house.drain()
    monkeypatch.setenv("LINLI_SEARCH_LIMIT_MS", "300")
    settings.cache_clear()
    holder = await asyncpg.connect(settings().dsn)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE search_document IN ACCESS EXCLUSIVE MODE")
            page = await found(square, square.li, "电梯")
            assert page["items"] == [] and page["degraded"]
        monkeypatch.setenv("LINLI_SEARCH_LIMIT_MS", "5000")
        settings.cache_clear()
        assert len((await found(square, square.li, "电梯"))["items"]) == 1
    finally:
        await holder.close()


async def test_suggestions(square: Square) -> None:
    thread = await posted(square, title="充电桩安装报名开始了")
    await posted(square, board="estate", title="充电桩的内部讨论在这里")
    await square.house.drain()

    async def suggested(who: Neighbour, words: str) -> list[str]:
        asked = {"community_id": str(square.community.id), "q": words}
        return (await done(who.get("/search/suggestions", params=asked)))["items"]

    assert set(await suggested(square.li, "充电")) == {"充电桩安装报名开始了", "充电桩的内部讨论在这里"}
    assert await suggested(square.sun, "cdz") == ["充电桩安装报名开始了"]
    await execute("UPDATE thread SET state = 'hidden' WHERE id = $1", thread)
    assert await suggested(square.sun, "充") == []


async def test_what_others_ask_is_suggested_to_who_may_read_it(square: Square) -> None:
    thread = await posted(square, title="充电桩安装报名开始了")
    await square.house.drain()
    where = {"community_id": str(square.community.id), "q": "充电"}
    for person in (square.li, square.zhao):
        await found(square, person, "充电桩安装")
    await noting.count_asked()
    assert (await done(square.li.get("/search/suggestions", params=where)))["items"] == ["充电桩安装报名开始了"]
    await found(square, square.sun, "充电桩安装")
    await noting.count_asked()
    async with square.house.statements(5):
        suggested = (await done(square.li.get("/search/suggestions", params=where)))["items"]
    assert suggested == ["充电桩安装", "充电桩安装报名开始了"]
    await execute("UPDATE thread SET state = 'hidden' WHERE id = $1", thread)
    assert (await done(square.li.get("/search/suggestions", params=where)))["items"] == []


async def test_similar_threads(square: Square) -> None:
    thread = await posted(square, title="三号楼电梯又停了一整天")
    inside = await posted(square, board="estate", title="翠湖园的电梯停了很久")
    await posted(square, title="早餐摊搬到哪里去了呢")
    await square.house.drain()

    async def near(who: Neighbour) -> set[UUID]:
        caller = await caller_of(who.token)
        return set(await search.similar(caller, square.community.id, "我们这里电梯停了"))

    assert await near(square.li) == {thread, inside}
    assert await near(square.sun) == {thread}
    await execute("UPDATE thread SET state = 'hidden' WHERE id = $1", thread)
    assert await near(square.sun) == set()


async def test_a_stranger_document_of_another_community_is_never_found(square: Square) -> None:
    """Even when the index says that it is public here."""
    await execute(
        """INSERT INTO search_document (id, kind, community, audience, title, body, subject, created_at, vector)
           VALUES ($1, 'thread', $2, '{public}', '假的电梯', '', $1, now(), ''::tsvector)""",
        new_id(),
        square.community.id,
    )
    assert await ids(square, square.li, "电梯") == []
