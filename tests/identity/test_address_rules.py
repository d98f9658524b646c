"""What holds for any address file, whatever its bytes."""

import io
import time

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from backend.core.errors import Refusal
from backend.core.text import clean_line
from backend.identity.rules.addresses import NAME_MAX_CHARS, ROWS_MAX, Sheet, read_sheet, sort_key
from tests.identity.address_tables import HEAD

NAMES = st.text(max_size=60)
WORDS = ("幢", "号楼", "单元", "", "号")


def judged(content: bytes) -> Sheet | None:
    """None for a refused file; anything but a refusal is a failure of the test."""
    try:
        return read_sheet(content)
    except Refusal:
        return None


def workbook(rows: int) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(HEAD.split(","))
    for row in range(rows):
        page.append(["翠湖园", f"{row // 200 + 1}幢", f"{row // 50 % 4 + 1}单元", row % 50 + 1, 88.25])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


UNHURRIED = settings(deadline=None, max_examples=100)
"""On a machine shared with the other tests a slow example says nothing."""
SMALL_WORKBOOK = workbook(3)


@UNHURRIED
@given(st.integers(0, 10**30), st.integers(0, 10**30), st.sampled_from(WORDS))
def test_doors_sort_as_their_numbers(one: int, other: int, word: str) -> None:
    assert (sort_key(f"{one}{word}") < sort_key(f"{other}{word}")) == (one < other)


@UNHURRIED
@given(st.text(max_size=NAME_MAX_CHARS))
def test_a_sort_key_fits_its_column(name: str) -> None:
    assert len(sort_key(name)) <= 120


@UNHURRIED
@given(st.lists(st.tuples(NAMES, NAMES, NAMES, NAMES, NAMES), max_size=8))
def test_every_row_is_taken_or_reported(rows: list[tuple[str, ...]]) -> None:
    text = HEAD + "\n" + "\n".join(",".join(row) for row in rows)
    sheet = judged(text.encode("utf-8", "ignore"))
    if sheet is None:
        return
    numbers = [it.row for it in sheet.addresses] + [it.row for it in sheet.errors]
    assert len(numbers) == len(set(numbers)) <= ROWS_MAX
    for address in sheet.addresses:
        for name in (address.estate, address.building, address.home):
            assert 0 < len(name) <= NAME_MAX_CHARS and " " not in name and clean_line(name) == name
    assert len({it.door for it in sheet.addresses}) == len(sheet.addresses)


@UNHURRIED
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    judged(content)
    judged(HEAD.encode() + b"\n" + content)
    judged(b"PK\x03\x04" + content)


@UNHURRIED
@given(st.lists(st.tuples(st.integers(0, len(SMALL_WORKBOOK) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_broken_workbook_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    broken = bytearray(SMALL_WORKBOOK)
    for at, value in changes:
        broken[at] = value
    judged(bytes(broken))
    judged(bytes(broken[: changes[0][0]]))


def test_a_large_workbook_is_read_in_seconds() -> None:
    content = workbook(5_000)
    began = time.monotonic()
    sheet = read_sheet(content)
    took = time.monotonic() - began
    print(f"5,000 rows of a workbook in {took:.1f} s, {len(content)} bytes")
    assert len(sheet.addresses) == 5_000 and took < 30
