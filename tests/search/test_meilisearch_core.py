"""Our codes and ways of asking on Meilisearch's own core (milli 1.8): its tokenizer, its index, its ranking rules.

What it is not: there is no server and no request, hence no filters and no federation. The core has its default settings
(it forgives typos in codes, too) and its strategy `last`: every code of a way but the last is quoted, which makes it
wanted, and what lacks the last one is left out here. Nothing is asked as it was written, and ways of one worth follow
one another, where a server would order by score. Where the core can't be had these tests are NOT RUN, and say so.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from search.document import Document
from search.engines import Found, Match, Position, Query
from search.engines.meilisearch import CODED, row_of
from search.rules.codes import WORD, code, codes_of
from search.rules.ways import CODES_MOST, Way, ways_to_ask
from tests.search.corpus import corpus
from tests.search.test_golden import report

milli: Any = pytest.importorskip(
    "milli", reason="no wheel of milli for this machine: Meilisearch's own core is NOT RUN"
)

BYTES_MOST = 1 << 30
"""Of its file, which takes no more than is in it."""
NAME = "Meilisearch's own core, not a server (milli 1.8, default settings, strategy `last`, no filters)"


class Core:
    """An engine as far as finding goes."""

    def __init__(self, path: Path, documents: Sequence[Document]) -> None:
        self._documents = documents
        rows = [row_of(document) for document in documents]
        self._codes = [" ".join(row[name] for name in CODED).split() for row in rows]
        self._index = index_of(path, [{name: row[name] for name in CODED} for row in rows])

    async def find(self, query: Query) -> Found:
        found: dict[int, None] = {}
        for way in ways_to_ask(query.words, query.synonyms):
            found |= dict.fromkeys(self._having_all(way))
        kept = [self._documents[number] for number in list(found)[: query.limit]]
        return Found([Match(one, Position(0, one.id)) for one in kept], len(found), False, False)

    def _having_all(self, way: Way) -> list[int]:
        *first, last = way.codes.split()
        said = " ".join([*(f'"{one}"' for one in first), last])
        return [number for number in self._index.search(said) if self._has(number, first, last)]

    def _has(self, number: int, first: Sequence[str], last: str) -> bool:
        codes = self._codes[number]
        return set(first).issubset(codes) and any(one.startswith(last) for one in codes)


def index_of(path: Path, rows: Sequence[dict[str, str]]) -> Any:
    """Rows are found by their numbers."""
    path.mkdir()
    index = milli.Index(str(path), BYTES_MOST)
    index.add_documents([{"id": number, **row} for number, row in enumerate(rows)])
    return index


async def test_the_golden_set_on_its_core(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await report(NAME, Core(tmp_path / "core", corpus()), capsys)


@pytest.mark.parametrize(
    "text", ["物业费", "梯", "𠮷野家", "wifi", "ошибка", "\u0e2b" * 40, "3幢2单元501室", "2026", "é", "ﬁn", "한국어"]
)
def test_no_code_is_cut_or_changed(tmp_path: Path, text: str) -> None:
    """Each is found by itself, whole: in quotation marks nothing is forgiven."""
    codes = codes_of(text, with_sounds=True).split()
    index = index_of(tmp_path / "core", [{"codes": one} for one in codes])
    assert [index.search(f'"{one}"') for one in codes] == [
        [at for at, other in enumerate(codes) if other == one] for one in codes
    ]


def test_it_reads_so_many_words_of_a_query(tmp_path: Path) -> None:
    codes = [code(WORD, f"字{at}") for at in range(CODES_MOST + 1)]
    said = [f'"{one}"' for one in codes]
    index = index_of(tmp_path / "core", [{"codes": " ".join(codes[: CODES_MOST - 1])}])
    assert index.search(" ".join(said[: CODES_MOST - 1])) == [0]
    assert index.search(" ".join(said[:CODES_MOST])) == [], "the tenth is wanted"
    whole = index_of(tmp_path / "whole", [{"codes": " ".join(codes[:CODES_MOST])}])
    assert whole.search(" ".join(said)) == [0], "the eleventh is not even read"
