"""What stands on a poster, and how it is made plain."""

import re
from datetime import date
from typing import Literal

import msgspec

from backend.core.text import clean_line, clean_text

NO_FONT_STATUS = 3
"""How the child process ends where the folder holds no font of ours; 1 and 2 are Python's own."""
LONGEST_WORD_CHARS = 24
"""At 28 pt a line holds 17 Chinese characters or some 30 letters; what is longer may break anywhere."""
_BREAK_HERE = "\u200b"
_LONG_WORD = re.compile(f"[!-~\u00a1-\u02ff\u0370-\u058f]{{{LONGEST_WORD_CHARS},}}")


class Poster(msgspec.Struct, frozen=True, kw_only=True):
    """`paragraphs` is the notice's text: a line break begins a paragraph. `url` is what the QR code holds.

    `reference` is the printable one, e.g. 翠湖社区〔2026〕12号.
    """

    title: str
    paragraphs: str
    organisation: str
    community: str
    published_on: date
    ends_on: date
    reference: str
    priority: Literal["normal", "important", "urgent"]
    url: str
    phone: str | None = None


class Plain(msgspec.Struct, frozen=True, kw_only=True):
    """A poster's words as the typesetter takes them: nothing unseen, dates in words, no empty paragraph."""

    title: str
    paragraphs: list[str]
    organisation: str
    community: str
    published_on: date
    signed: str
    ends: str
    reference: str
    priority: str
    url: str
    phone: str | None


def plain(poster: Poster) -> Plain:
    lines = clean_text(poster.paragraphs).split("\n")
    return Plain(
        title=_breakable(clean_line(poster.title)),
        paragraphs=[_breakable(line.strip()) for line in lines if line.strip()],
        organisation=_breakable(clean_line(poster.organisation)),
        community=clean_line(poster.community),
        published_on=poster.published_on,
        signed=_in_words(poster.published_on),
        ends=_in_words(poster.ends_on),
        reference=clean_line(poster.reference),
        priority=poster.priority,
        url=poster.url,
        phone=clean_line(poster.phone) if poster.phone else None,
    )


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _breakable(text: str) -> str:
    """Chinese breaks anywhere; a word without end would run off the paper."""
    return _LONG_WORD.sub(lambda word: _BREAK_HERE.join(word[0]), text)
