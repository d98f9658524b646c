"""Answers that a whole neighbourhood asks for at once."""

from typing import Any

import msgspec
from litestar import Response

JSON = "application/json"


def encoded(answer: msgspec.Struct, headers: dict[str, str] | None = None) -> Response[Any]:
    """Encoded here, straight to bytes, once."""
    return Response(msgspec.json.encode(answer), media_type=JSON, headers=headers)
