"""The Meilisearch engine: what it sends fits the published API, what comes back is only what may.

`LINLI_TEST_MEILISEARCH_URL` (and `_KEY`) let a real server answer; without it a small one on loopback does, which
checks every request against the published shapes but ranks in its own simple way.
"""

import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from search.document import Document
from search.engines import EngineAway, Query
from search.engines.meilisearch import SETTINGS, MeilisearchEngine
from tests.loopback import RESET, STALL, Answer
from tests.search.meilisearch_server import Index, MeilisearchService, meilisearch_service

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE, ELSEWHERE = uuid4(), uuid4()
BOARD, BUILDING = uuid4(), uuid4()
REAL_URL = os.environ.get("LINLI_TEST_MEILISEARCH_URL")
ON_THE_STAND_IN = pytest.mark.skipif(REAL_URL is not None, reason="breaks the server in ways that a real one can't be")


def document(title: str, body: str = "", **fields: Any) -> Document:
    it = fields.pop("id", None) or uuid4()
    known: dict[str, Any] = {
        "kind": "thread", "id": it, "community_id": HERE, "audience": ["member"], "title": title,
        "body": body, "extras": [], "author": "王女士 · 3幢", "created_at": NOW - timedelta(days=3),
        "popularity": 0, "subject_id": it,
    }  # fmt: skip
    return Document(**(known | fields))


def query(words: str, **fields: Any) -> Query:
    known: dict[str, Any] = {
        "words": words, "community_id": HERE, "audience": ["public", "member"], "kinds": ["thread", "notice"],
        "as_of": NOW, "limit": 20,
    }  # fmt: skip
    return Query(**(known | fields))


@pytest.fixture
async def server() -> AsyncIterator[MeilisearchService]:
    async with meilisearch_service() as service:
        yield service
        assert not service.wrong


@pytest.fixture
async def engine(server: MeilisearchService) -> MeilisearchEngine:
    """With an empty index, on the server that there is."""
    url, key = REAL_URL or server.url, os.environ.get("LINLI_TEST_MEILISEARCH_KEY") if REAL_URL else server.key
    made = MeilisearchEngine(url, key, f"linli-test-{uuid4().hex[:8]}")
    await made.rebuild(in_batches())
    return made


async def in_batches(*batches: Sequence[Document]) -> AsyncIterator[Sequence[Document]]:
    for batch in batches:
        yield batch


async def found(engine: MeilisearchEngine, words: str, **fields: Any) -> list[str]:
    return [match.document.title for match in (await engine.find(query(words, **fields))).matches]


def test_which_server_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """Said plainly in the output: a stand-in proves the requests, not the ranking."""
    with capsys.disabled():
        print(
            f"\n  Meilisearch: {'a real one' if REAL_URL else 'NOT RUN, a stand-in that checks our requests answers'}"
        )


async def test_what_is_put_is_found_and_what_is_dropped_is_not(engine: MeilisearchEngine) -> None:
    lift, water = document("3幢电梯又停了", "困住两位老人"), document("周三停水通知", "请提前接水", kind="notice")
    await engine.put([lift, water])
    await engine.put([lift])
    assert await found(engine, "电梯") == [lift.title]
    assert await found(engine, "停水") == [water.title]
    assert (await engine.find(query("电梯"))).matches[0].document == lift
    await engine.drop("thread", [lift.id, uuid4()])
    assert await found(engine, "电梯") == []
    assert await found(engine, "停水") == [water.title]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("dt", "电梯坏了"),
        ("物管费", "物业费什么时候交"),
        ("3-2-501", "3号楼2单元501漏水"),
        ("3幢2单元501室", "3号楼2单元501漏水"),
        ("ＷｉＦｉ", "公共区域 WiFi 密码"),
        ("梯", "电梯坏了"),
        ("物业费怎么缴", "物业费什么时候交"),
        ("diant", "电梯坏了"),
        ("梯坏", "电梯坏了"),
        ("坏电梯", "电梯坏了"),
        ("公共驱域", "公共区域 WiFi 密码"),
        ("公共产域", "公共区域 WiFi 密码"),
        ("想问问新来的小区里公共区域怎么上网", "公共区域 WiFi 密码"),
    ],
)
async def test_the_same_helpers_as_at_home(engine: MeilisearchEngine, words: str, title: str) -> None:
    titles = ("电梯坏了", "物业费什么时候交", "3号楼2单元501漏水", "公共区域 WiFi 密码")
    await engine.put([document(one) for one in titles])
    assert (await found(engine, words, synonyms=[["物业", "物管"]]))[0] == title


async def test_what_is_only_near_the_words_is_a_guess(engine: MeilisearchEngine) -> None:
    await engine.put([document("消防通道"), document("通道里的消防栓")])
    for words, is_guess in (("消防通道", False), ("通道 消防", False), ("消方通道", True), ("没有人写过", False)):
        assert (await engine.find(query(words))).is_guess is is_guess
    everything = await engine.find(query("消防通道"))
    assert [it.document.title for it in everything.matches] == ["消防通道", "通道里的消防栓"]


@ON_THE_STAND_IN
async def test_a_search_is_one_request_and_nothing_typed_is_an_order(
    server: MeilisearchService, engine: MeilisearchEngine
) -> None:
    await engine.put([document("电梯")])
    before = len(server.requests)
    await engine.find(query('-"电梯" community = 坏了', with_facets=True))
    await engine.suggest(query("-电梯"))
    whole, suggested = (msgspec.json.decode(request.body) for request in server.requests[before:])
    assert whole["queries"][-1]["q"] == "电梯 community 坏了"
    coded = [*whole["queries"][:-1], *suggested["queries"]]
    assert all(word.isalnum() and word.isascii() for one in coded for word in one["q"].split())
    assert {one["matchingStrategy"] for one in (*coded, whole["queries"][-1])} == {"all"}


async def test_the_server_says_who_finds_what(engine: MeilisearchEngine) -> None:
    await engine.put(
        [
            document("电梯一", audience=["public"]),
            document("电梯二", audience=[str(BUILDING)]),
            document("电梯三", community_id=ELSEWHERE, audience=["public", "member"]),
            document("电梯四", kind="person", audience=["desk"]),
            document("电梯五", board_id=BOARD, building_id=BUILDING),
            document("电梯六", kind="notice", created_at=NOW - timedelta(days=100)),
        ]
    )
    assert sorted(await found(engine, "电梯")) == ["电梯一", "电梯五", "电梯六"]
    assert sorted(await found(engine, "电梯", audience=["public"])) == ["电梯一"]
    assert sorted(await found(engine, "电梯", audience=["public", str(BUILDING)])) == ["电梯一", "电梯二"]
    assert await found(engine, "电梯", board_id=BOARD) == ["电梯五"]
    assert await found(engine, "电梯", building_id=BUILDING) == ["电梯五"]
    assert sorted(await found(engine, "电梯", since=NOW - timedelta(days=30))) == ["电梯一", "电梯五"]
    assert await found(engine, "电梯", kinds=["notice"]) == ["电梯六"]
    hostile = 'x" OR community = "' + str(ELSEWHERE)
    assert "电梯三" not in await found(engine, f"电梯 {hostile}")


async def test_facets_and_pages(engine: MeilisearchEngine) -> None:
    await engine.put([document(f"电梯{at}", board_id=BOARD, created_at=NOW - timedelta(days=at)) for at in range(25)])
    first = await engine.find(query("电梯", limit=20, with_facets=True))
    assert (len(first.matches), first.total, first.more) == (20, 25, True)
    assert first.facets == {
        "kind": {"thread": 25}, "board": {str(BOARD): 25}, "building": {}, "span": {"week": 8, "month": 25, "year": 25},
    }  # fmt: skip
    second = await engine.find(query("电梯", limit=20, after=first.matches[-1].position))
    assert (len(second.matches), second.more, second.facets) == (5, False, None)
    both = {match.document.id for page in (first, second) for match in page.matches}
    assert len(both) == 25


async def test_suggestions_are_titles_begun(engine: MeilisearchEngine) -> None:
    await engine.put([document("停水通知"), document("停车位", "通知"), document("别的", "停水")])
    titles = [it.title for it in await engine.suggest(query("停水"))]
    assert titles == ["停水通知"]


async def test_a_rebuild_swaps_and_keeps_what_came_meanwhile(
    engine: MeilisearchEngine, server: MeilisearchService
) -> None:
    old, kept, late = document("旧电梯"), document("电梯留着"), document("电梯刚来")
    await engine.put([old, kept])

    async def batches() -> AsyncIterator[Sequence[Document]]:
        yield [kept]
        assert sorted(await found(engine, "电梯")) == ["旧电梯", "电梯留着"], "the old index answers until the swap"
        await engine.put([late])
        assert len(await found(engine, "电梯")) == 3
        yield []

    assert await engine.rebuild(batches()) == 1
    assert sorted(await found(engine, "电梯")) == ["电梯刚来", "电梯留着"]
    if not REAL_URL:
        assert list(server.indexes) == [engine.live]
        wanted = SETTINGS.model_dump(by_alias=True, exclude_none=True)
        assert server.indexes[engine.live].settings == wanted


async def test_no_index_is_away_until_it_is_built(server: MeilisearchService) -> None:
    fresh = MeilisearchEngine(server.url, server.key, "never-built")
    for ask in (fresh.put([document("电梯")]), fresh.find(query("电梯")), fresh.drop("thread", [uuid4()])):
        with pytest.raises(EngineAway):
            await ask


@ON_THE_STAND_IN
@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {"content-type": "application/json"}, b'{"message": "x", "code": "internal"}'),
        Answer(503, {}, b"<html>busy</html>"),
        Answer(200, {"content-type": "application/json"}, b"{"),
        Answer(200, {"content-type": "application/json"}, b'{"hits": [{"document": "{}"}], "processingTimeMs": 1}'),
        Answer(200, {"content-type": "application/json"}, b'{"hits": 7}'),
        RESET,
        STALL,
    ],
    ids=["500", "503", "cut json", "not ours", "garbage", "reset", "stall"],
)
async def test_whatever_is_wrong_is_away(server: MeilisearchService, engine: MeilisearchEngine, answer: Answer) -> None:
    server.next = [answer]
    with pytest.raises(EngineAway):
        await engine.find(query("电梯"))


@ON_THE_STAND_IN
async def test_a_task_that_fails_or_is_forgotten_has_not_happened(
    server: MeilisearchService, engine: MeilisearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.meilisearch.TASK_MS", 300)
    server.fails = "internal"
    with pytest.raises(EngineAway):
        await engine.put([document("电梯")])
    server.forgets = True
    with pytest.raises(EngineAway):
        await engine.put([document("电梯")])
    server.key = "another"
    with pytest.raises(EngineAway):
        await engine.put([document("电梯")])


@ON_THE_STAND_IN
async def test_a_foreign_hand_s_documents_are_not_shown(server: MeilisearchService, engine: MeilisearchEngine) -> None:
    """Its filters say one community, and its answer holds another's."""
    await engine.put([document("电梯")])
    index: Index = server.indexes[engine.live]
    (row,) = index.documents.values()
    row["document"] = row["document"].replace(str(HERE), str(ELSEWHERE))
    assert await found(engine, "电梯") == []
