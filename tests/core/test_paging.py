"""Cursors are opaque, signed, and no way to put anything into a query."""

import base64
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import CursorInvalid
from backend.core.paging import decode_cursor, encode_cursor, page_of

pytestmark = pytest.mark.usefixtures("database")
KIND = tuple[datetime, UUID]


def test_a_cursor_comes_back_as_it_was() -> None:
    values = (datetime(2026, 11, 21, tzinfo=UTC), uuid4())
    assert decode_cursor(encode_cursor(*values), KIND) == values
    assert decode_cursor(None, KIND) is None


@given(st.text(max_size=80))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(CursorInvalid):
        decode_cursor(text, KIND)


def test_every_changed_character_is_noticed() -> None:
    cursor = encode_cursor(datetime(2026, 11, 21, tzinfo=UTC), uuid4())
    for at in range(len(cursor) - 1):
        changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        with pytest.raises(CursorInvalid):
            decode_cursor(changed, KIND)


def test_a_cursor_of_another_list_does_not_fit() -> None:
    with pytest.raises(CursorInvalid):
        decode_cursor(encode_cursor("a name", uuid4()), KIND)
    body = b'["2026-11-21T00:00:00Z","x"]'
    with pytest.raises(CursorInvalid):
        decode_cursor(base64.urlsafe_b64encode(bytes(12) + body).decode(), KIND)


@given(st.lists(st.integers(), max_size=30, unique=True), st.integers(1, 10))
def test_pages_put_together_are_the_list(rows: list[int], limit: int) -> None:
    rows, seen, after = sorted(rows), [], None
    while True:
        found = [row for row in rows if after is None or row > after][: limit + 1]
        page = page_of(found, limit, shape=lambda row: row, key=lambda row: (row,))
        seen += page.items
        assert len(page.items) <= limit
        if page.next_cursor is None:
            break
        (after,) = decode_cursor(page.next_cursor, tuple[int]) or (None,)
    assert seen == rows
