"""A search reads a bounded part of what there is, and says so: documents far apart stand for the many between them."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import pytest

from backend.core.clock import now
from backend.core.database import execute, fetch, transaction
from search.document import Document
from search.engines import Found, Query
from search.engines.postgres import ENGINE, ENOUGH
from search.piccolo_migrations.search_0006_bounded import FARTHEST, GUESSED, POWERS, READ_MOST, SAMPLED

HERE, THERE = UUID("01a10000-0000-7000-8000-00000000000a"), UUID("01a10000-0000-7000-8000-00000000000b")
NEWEST = 200_000
RARE = READ_MOST * (4 << SAMPLED) // NEWEST
"""So often a rare word stands in the sample at most; the sample ends at LOOKED_AT."""
LOOKED_AT = (NEWEST - (1 << SAMPLED)) >> SAMPLED << SAMPLED
FARTHEST_LINE = ((NEWEST >> FARTHEST) - 1) << FARTHEST
GUESSED_LINE = ((NEWEST >> GUESSED) - 1) << GUESSED
PLACED_SQL = f"""
UPDATE search_document SET line = $2, vector = ts_delete(
    vector, ARRAY(SELECT search_stretch(community, power, line) FROM unnest(ARRAY{list(POWERS)}) AS power))
WHERE id = $1
"""

pytestmark = pytest.mark.usefixtures("house")


def document(key: str, body: str, *, title: str = "", community: UUID = HERE) -> Document:
    return Document(
        kind="thread", id=uuid5(community, key), community_id=community, audience=["public"], title=title, body=body,
        extras=[], author="", created_at=now(), popularity=0, subject_id=community,
    )  # fmt: skip


async def put(documents: Sequence[Document], *, lines: Sequence[int] = ()) -> None:
    async with transaction():
        await ENGINE.put(documents)
        for one, line in zip(documents, lines, strict=False):
            await execute(PLACED_SQL, one.id, line)


async def found(words: str) -> Found:
    return await ENGINE.find(
        Query(words=words, community_id=HERE, audience=["public"], kinds=["thread"], as_of=now(), limit=200)
    )


def ids(page: Found) -> list[UUID]:
    return [match.document.id for match in page.matches]


async def a_long_past(often: int = RARE + 1) -> None:
    """Two words that stand so often in the sample and together once, long ago, beside one that stands nowhere else."""
    await put([document("newest", "今天天气很好")], lines=[NEWEST])
    for thing in ("垃圾桶", "监控"):
        many = [document(f"{thing}{at}", f"{thing}第{at}次坏了") for at in range(often)]
        await put(many, lines=range(LOOKED_AT, LOOKED_AT + often))
    await put([document("old", "垃圾桶边上的监控拍到一只猫头鹰")], lines=[5])


@pytest.mark.parametrize("words", ["猫头鹰", "监控 猫头鹰"])
async def test_a_rare_word_is_found_wherever_it_stands(words: str) -> None:
    await a_long_past()
    page = await found(words)
    assert ids(page) == [uuid5(HERE, "old")] and page.total == 1 and not page.at_least


@pytest.mark.parametrize(("often", "is_found"), [(RARE, True), (RARE + 1, False)])
async def test_two_words_are_looked_for_everywhere_if_one_is_rare(often: int, is_found: bool) -> None:
    await a_long_past(often)
    page = await found("垃圾桶 监控")
    assert ids(page) == [uuid5(HERE, "old")] * is_found and page.at_least == (not is_found)


@pytest.mark.parametrize(("line", "is_found"), [(FARTHEST_LINE, True), (FARTHEST_LINE - 1, False)])
async def test_two_frequent_words_are_looked_for_among_what_is_new_and_it_says_so(line: int, is_found: bool) -> None:
    await a_long_past()
    await put([document("together", "垃圾桶和监控一起坏了")], lines=[line])
    page = await found("垃圾桶 监控")
    assert ids(page) == [uuid5(HERE, "together")] * is_found and page.at_least


@pytest.mark.parametrize(("line", "is_found"), [(GUESSED_LINE, True), (GUESSED_LINE - 1, False)])
async def test_what_is_near_frequent_words_is_looked_for_among_what_is_newer_still(line: int, is_found: bool) -> None:
    await a_long_past()
    await put([document("near", "垃圾和监控")], lines=[line])
    page = await found("垃圾桶 监控")
    assert ids(page) == [uuid5(HERE, "near")] * is_found and page.is_guess == is_found


@pytest.mark.parametrize(("many", "at_least"), [(ENOUGH - 1, False), (ENOUGH, True), (ENOUGH + 1, True)])
async def test_so_many_are_counted(many: int, at_least: bool) -> None:
    await put([document(str(at), f"路灯第{at}次坏了") for at in range(many)])
    page = await found("路灯")
    assert page.total == min(many, ENOUGH) and page.at_least == at_least
    newest = {uuid5(HERE, str(at)) for at in range(many)[-ENOUGH:]}
    assert set(ids(page)) == newest


async def test_titles_are_looked_for_beyond_what_is_counted() -> None:
    await put(
        [document("titled", "说说看", title="路灯坏了"), *(document(str(at), "路灯坏了") for at in range(ENOUGH))]
    )
    page = await found("路灯")
    assert ids(page)[0] == uuid5(HERE, "titled") and page.total == ENOUGH + 1


async def test_what_others_write_makes_nobody_s_documents_older() -> None:
    await put([document("first", "路灯坏了")])
    await put([document(str(at), "路灯坏了", community=THERE) for at in range(3)])
    await put([document("second", "路灯坏了"), document("first", "路灯修好了")])
    rows = await fetch("SELECT id, line FROM search_document WHERE community = $1", HERE)
    assert {row["id"]: row["line"] for row in rows} == {uuid5(HERE, "first"): 1, uuid5(HERE, "second"): 2}
    assert (await found("修好")).total == 1
