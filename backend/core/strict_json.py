"""JSON as it should have been defined: one meaning for each text, and no text that a row can't hold.

The parsers behind this accept duplicate keys, NUL, lone surrogates, NaN, 400-digit numbers and 100,000 brackets;
each of them was a 500 or a silent surprise further in (shared study, "Default body handling is too trusting").
"""

import json
import math
import re
from typing import Any

JSON_DEPTH_MAX = 32
"""The deepest body of ours is 6; parsers recurse, and 100,000 brackets end them."""
INT_MIN, INT_MAX = -(2**63), 2**63 - 1
"""What a BIGINT holds."""
INT_MAX_CHARS = 20
"""Sign and 19 digits: longer ones need not be read to be refused."""
FLOAT_MAX_CHARS = 40

# Possessive, and an unterminated string runs to the end: linear on any input.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_SURROGATE_OR_NUL = re.compile("[\x00\ud800-\udfff]")


class NotStrictJSON(ValueError):
    """Carries no detail: what was sent is not repeated, not even in a log."""


def check_json(body: bytes) -> None:
    """Raises NotStrictJSON unless the body is one JSON text that means the same to every reader."""
    if body.count(b"[") + body.count(b"{") > JSON_DEPTH_MAX and _depth(body) > JSON_DEPTH_MAX:
        raise NotStrictJSON
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise NotStrictJSON from None
    # Strict UTF-8 leaves escapes as the only way in for these, and most bodies have none.
    if b"\\u" in body and _holds_bad_text(value):
        raise NotStrictJSON


def _depth(body: bytes) -> int:
    deepest = depth = 0
    for byte in _STRING.sub(b"", body):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _holds_bad_text(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if _SURROGATE_OR_NUL.search(item):
                return True
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictJSON
    return found


def _whole(text: str) -> int:
    if len(text) > INT_MAX_CHARS:
        raise NotStrictJSON
    number = int(text)
    if not INT_MIN <= number <= INT_MAX:
        raise NotStrictJSON
    return number


def _fraction(text: str) -> float:
    number = float(text) if len(text) <= FLOAT_MAX_CHARS else math.inf
    if math.isinf(number):
        raise NotStrictJSON
    return number


def _no_constant(_: str) -> None:
    raise NotStrictJSON


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_twins, parse_int=_whole, parse_float=_fraction, parse_constant=_no_constant, strict=True
)
