"""Text as search compares it: one width, one case, in stretches of Chinese, letters and digits."""

import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

import regex

TOKEN_MAX_CHARS = 40
"""Longer ones are addresses of the web or nonsense; their beginning is enough to find them by."""

_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_TOKEN = regex.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<letters>[[\p{{L}}\p{{M}}]--[{_CJK}]]+)|(?P<digits>\p{{N}}+)", regex.V1)

Script = Literal["cjk", "letters", "digits"]


class Token(NamedTuple):
    """A stretch of one script and where it begins in the folded text."""

    script: Script
    text: str
    start: int


def fold(text: str) -> str:
    """Full width becomes half, capitals become small. For comparing, never for showing."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def tokens(folded: str) -> Iterator[Token]:
    """In order. Stretches of Chinese are whole, however long; all others are cut to TOKEN_MAX_CHARS."""
    for match in _TOKEN.finditer(folded):
        script = cast(Script, match.lastgroup)
        text = match.group()
        yield Token(script, text if script == "cjk" else text[:TOKEN_MAX_CHARS], match.start())


def pairs(stretch: str) -> list[str]:
    """Every two neighbouring characters."""
    return windows(stretch, 2)


def windows(stretch: str, size: int) -> list[str]:
    """Every so many neighbouring characters."""
    return [stretch[at : at + size] for at in range(len(stretch) - size + 1)]
