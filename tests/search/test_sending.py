"""What changes reaches the outside engine by the worker, and what it can't do PostgreSQL does."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from backend.core.database import fetchval
from backend.settings import settings
from search import document
from search.document import Document
from search.engines import choice
from search.service.rebuilding import rebuild_outside
from search.service.sending import CLAIM, send_waiting
from tests.forum.square import Square, done, edit_of
from tests.house import Clock
from tests.loopback import Answer
from tests.search.meilisearch_server import MeilisearchService, meilisearch_service

AWAY = Answer(503, {}, b"busy")


@pytest.fixture
async def server(square: Square, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MeilisearchService]:
    """The house's outside engine, with an index; set before anybody writes."""
    await square.house.drain()
    async with meilisearch_service() as service:
        monkeypatch.setenv("LINLI_MEILISEARCH_URL", service.url)
        monkeypatch.setenv("LINLI_MEILISEARCH_KEY", service.key)
        settings.cache_clear()
        choice.forget_rest()
        await rebuild_outside(lambda *_: None)
        yield service
        assert not service.wrong
    choice.forget_rest()


async def search(square: Square, words: str, **options: Any) -> dict[str, Any]:
    path = f"/search?community_id={square.community.id}&q={words}"
    return await done(square.wang.get(path, **options))


def kinds(server: MeilisearchService) -> list[str]:
    (index,) = server.indexes.values()
    return sorted(it["kind"] for it in index.documents.values())


async def settled(square: Square) -> None:
    """Everything that follows has been done, as a second later."""
    await square.house.drain()
    await send_waiting()


async def waiting() -> int:
    return int(await fetchval("SELECT count(*) FROM search_pending"))


async def test_the_worker_sends_in_batches_and_the_engine_answers(square: Square, server: MeilisearchService) -> None:
    thread = await square.thread(title="三号楼电梯又停了半天")
    await square.reply(thread, body="电梯维修的师傅下午到")
    await settled(square)
    assert await waiting() == 0
    assert kinds(server) == ["reply", "thread"]
    before = len(server.requests)
    found = await search(square, "电梯")
    assert (len(found["items"]), found["degraded"]) == (2, False)
    assert len(server.requests) > before, "it was not the engine that answered"


async def test_who_lives_where_stays_at_home(square: Square, server: MeilisearchService) -> None:
    """People are never given away, and what asks for them is answered by the database."""
    await rebuild_outside(lambda *_: None)
    assert kinds(server) == []
    server.next = [AWAY] * 50
    path = f"/search?community_id={square.community.id}&q=王秀英&kinds=person&kinds=thread"
    found = await done(square.moderator.get(path))
    assert found["degraded"] is False


async def test_what_is_hidden_goes_at_once_and_the_index_follows(square: Square, server: MeilisearchService) -> None:
    thread = await square.thread(title="三号楼电梯又停了半天")
    await settled(square)
    assert len((await search(square, "电梯"))["items"]) == 1
    await done(square.wang.delete(f"/threads/{thread}"))
    assert (await search(square, "电梯"))["items"] == [], "the truth is asked before anything is shown"
    await settled(square)
    assert kinds(server) == []


async def test_an_engine_that_is_away_is_replaced_and_catches_up(
    square: Square, server: MeilisearchService, moved_clock: Clock
) -> None:
    server.next = [AWAY] * 50
    await square.thread(title="三号楼电梯又停了半天")
    await settled(square)
    assert await waiting() == 1
    found = await search(square, "电梯")
    assert (len(found["items"]), found["degraded"]) == (1, True)
    tried = len(server.requests)
    await search(square, "电梯")
    assert len(server.requests) == tried, "nobody waits for it while it rests"
    server.next.clear()
    await send_waiting()
    assert await waiting() == 0
    choice.forget_rest()
    assert (await search(square, "电梯"))["degraded"] is False


async def test_what_a_dead_worker_had_claimed_is_sent_by_another(
    square: Square, server: MeilisearchService, moved_clock: Clock
) -> None:
    await square.thread(title="三号楼电梯又停了半天")
    server.next = [AWAY] * 50
    await settled(square)
    server.next.clear()
    await fetchval("UPDATE search_pending SET claimed_until = now() + $1 RETURNING 1", CLAIM)
    await send_waiting()
    assert await waiting() == 1
    moved_clock.ahead += CLAIM * 2
    await send_waiting()
    assert await waiting() == 0


async def test_what_changes_between_reading_and_sending_of_a_rebuild_is_sent_again(
    square: Square, server: MeilisearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await square.thread(title="三号楼电梯又停了一整天")
    await settled(square)
    author = document.author_of("thread")
    changes = iter([True])

    async def read_late(ids: Sequence[UUID]) -> list[Document]:
        read = await author.documents(ids)
        if next(changes, False):
            await done(square.wang.patch(f"/threads/{thread}", {"title": "门禁升级之后电梯刷卡"}, headers=edit_of(1)))
            await settled(square)
        return read

    monkeypatch.setitem(document._authors, "thread", replace(author, documents=read_late))
    await rebuild_outside(lambda *_: None)
    await settled(square)
    page = await search(square, "门禁升级")
    assert [item["id"] for item in page["items"]] == [str(thread)] and not page["degraded"]
    (index,) = server.indexes.values()
    assert [it["title"] for it in index.documents.values() if it["kind"] == "thread"] == ["门禁升级之后电梯刷卡"]
