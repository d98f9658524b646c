"""Lists: keyset pages with an opaque, signed cursor. Never OFFSET: a page costs the same at any depth."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

from backend.core.crypto import constant_time_equal, sign
from backend.core.errors import CursorInvalid

LIST_LIMIT = 20
LIST_LIMIT_MOST = 50
CURSOR_BYTES = 512
SIGNATURE_BYTES = 12

T = TypeVar("T")
Row = TypeVar("Row")

Limit = Annotated[int, QueryParameter(ge=1, le=LIST_LIMIT_MOST)]
Cursor = Annotated[str | None, QueryParameter(max_length=CURSOR_BYTES)]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None


def page_of(
    rows: Sequence[Row], limit: int, *, shape: Callable[[Row], T], key: Callable[[Row], Sequence[Any]]
) -> Page[T]:
    """A page from `limit + 1` rows asked for: the one too many only tells that there is more."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=[shape(row) for row in shown],
        next_cursor=encode_cursor(*key(shown[-1])) if more else None,
    )


def encode_cursor(*values: Any) -> str:
    body = msgspec.json.encode(values)
    return base64.urlsafe_b64encode(sign("cursor", body)[:SIGNATURE_BYTES] + body).decode().rstrip("=")


def decode_cursor(cursor: str | None, kind: type[T]) -> T | None:
    """The values as `kind` (a tuple type); None for the first page. Raises CursorInvalid."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not constant_time_equal(signature, sign("cursor", body)[:SIGNATURE_BYTES]):
            raise CursorInvalid()
        return msgspec.json.decode(body, type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise CursorInvalid() from None
