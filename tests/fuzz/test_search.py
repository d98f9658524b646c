"""Whatever is typed into the one box: an answer, and never a 500."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.settings import settings as linli
from search.schemas import QUERY_MAX_CHARS
from tests.forum.square import Square
from tests.house import House
from tests.search.test_finding import posted
from tests.worlds import Worlds

EVERY_RUN = 300
TIER_B = 10_000
SIGNS = "'\"\\&|!<>()*:-%_{}[]$;/#~^`?=+.,，。·“”％＆｜（）＊'\x00\u200b\u202e\ufeff\U0001f468\u200d\U0001f469\u0301"
WORDS = [
    "物业",
    "电梯",
    "3号楼2单元501",
    "3-2-501",
    "wyf",
    "wuyefei",
    "a座",
    "十二幢",
    "ｗｉｆｉ",
    "𠮷",
    "😀",
    "的",
    "什么时候",
]
TEXT = st.one_of(
    st.text(max_size=QUERY_MAX_CHARS + 2),
    st.text(alphabet=SIGNS, max_size=QUERY_MAX_CHARS),
    st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=QUERY_MAX_CHARS),
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=QUERY_MAX_CHARS),
    st.text(alphabet="0123456789-号楼幢单元室一二十", max_size=QUERY_MAX_CHARS),
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(list(SIGNS)), st.text(max_size=5)), max_size=12).map(
        "".join
    ),
)

# The application draws lots on its loop while Hypothesis, in a thread, watches that nobody does.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")


@pytest.fixture
async def square(house: House, monkeypatch: pytest.MonkeyPatch, worlds: Worlds) -> Square:
    monkeypatch.setenv("LINLI_RATE_SCALE", "0")
    linli.cache_clear()
    made = cast(Square, await worlds.begin("square", house))
    await posted(made, title="3号楼电梯又停了一整天，物业费白交了")
    await posted(made, title="WiFi信号穿墙差，求mesh路由器推荐")
    await house.drain()
    return made


async def test_hostile_queries(square: Square) -> None:
    await ask_all(square, EVERY_RUN)


@pytest.mark.tier_b
@pytest.mark.timeout(1800)
async def test_hostile_queries_by_the_thousand(square: Square) -> None:
    await ask_all(square, TIER_B)


async def ask_all(square: Square, cases: int) -> None:
    """Hypothesis calls plain functions from a thread; the application stays on this loop."""
    loop = asyncio.get_running_loop()

    def run(make: Callable[[], Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(make(), loop).result(30)

    @settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(words=TEXT, which=st.sampled_from(["/search", "/search", "/search/suggestions"]))
    def ask(words: str, which: str) -> None:
        async def answered() -> Any:
            return await square.li.get(which, params={"community_id": str(square.community.id), "q": words})

        try:
            words.encode()
        except UnicodeEncodeError:
            return
        answer = run(answered)
        assert answer.status_code in (200, 400, 422), (words, answer.text)
        if answer.status_code == 200 and which == "/search":
            page = answer.json()
            assert not page["degraded"], words
            for hit in page["items"]:
                assert "".join(piece["text"] for piece in hit["title"])

    await asyncio.to_thread(ask)
