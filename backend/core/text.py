"""Text at the edge: what people type is made plain once, before anything stores, compares or shows it.

`clean_line` and `clean_text` remove what can't be seen but changes what is seen (controls, bidi overrides,
zero-width characters, towers of accents). `skeleton` says when two names look alike to a hurried eye.
"""

import re
import unicodedata
from typing import Annotated

import msgspec

from backend.core.confusables import LOOKALIKES
from backend.core.errors import FieldError, Invalid

MARKS_MAX = 4
"""On one letter. Vietnamese needs 2, some minority scripts 3; more is a tower that covers the lines above."""
BYTES_PER_CHARACTER = 8
"""How much of the byte limit a visible character brings: a Chinese one is 3 bytes, a plain emoji 4, a family 25."""
REAL_NAME_MAX_CHARS = 30
"""GB 11643 forms give 30 characters to minority names with `·`."""
LATIN_NAME_MAX_CHARS = 60
BLANK_LINES_MAX = 2

# Length here is in code points, as OpenAPI counts; visible characters are never more than that.
Line20 = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Line60 = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Line120 = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Text500 = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Text5000 = Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
Text20000 = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
RealName = Annotated[str, msgspec.Meta(min_length=2, max_length=LATIN_NAME_MAX_CHARS)]
SearchWords = Annotated[str, msgspec.Meta(max_length=100)]

_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_SKIN = "\U0001f3fb-\U0001f3ff"
# Everything that shows nothing or reorders what shows: C0 and C1 but newline, soft hyphen, fillers that look like
# blanks, zero-width and bidi characters, invisible operators, annotations, tags, half surrogates, non-characters.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f\ud800-\udfff]"
)
_LOOSE_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f]+")
_TRAILING_SPACE = re.compile(" +(?=\n)|(?<=\n) +(?=\n)")
_BLANK_LINES = re.compile(f"\n{{{BLANK_LINES_MAX + 2},}}")
# Where no character can be a combining mark: most Chinese and all ASCII text.
_MAY_HAVE_MARKS = re.compile("[^\x00-\u02ff\u2010-\u2027\u3000-\u3029\u3030-\u3098\u309b-\u9fff\uff00-\uffef]")

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_CHARACTER = f"[{_HAN}][\ufe00-\ufe0f\U000e0100-\U000e01ef]?"
_CHINESE_NAME = re.compile(f"(?:{_HAN_CHARACTER})+(?:·(?:{_HAN_CHARACTER})+)*")
# Possessive: a name that almost matches must not take for ever.
_LATIN_NAME = re.compile(r"[^\W\d_]++\.?+(?:[ '’-]?+[^\W\d_]++\.?+)*+")
_NAME_DOTS = re.compile("[•‧∙⋅・･﹒．●]")


def clean_line(text: str, *, field: str = "*", least: int = 0, most: int | None = None) -> str:
    """One line: NFC, nothing unseen, single spaces, none at the ends. Raises Invalid for `field` past the limits."""
    plain = _SPACES.sub(" ", _visible(_LINE_BREAK.sub(" ", text).replace("\n", " "))).strip()
    _refuse_length(plain, field, least, most)
    return plain


def clean_text(text: str, *, field: str = "*", least: int = 0, most: int | None = None) -> str:
    """Several lines: as `clean_line`, but line breaks stay, as `\\n`, with at most two blank lines in a row."""
    plain = _SPACES.sub(" ", _visible(_LINE_BREAK.sub("\n", text)))
    plain = _BLANK_LINES.sub("\n" * (BLANK_LINES_MAX + 1), _TRAILING_SPACE.sub("", plain)).strip()
    _refuse_length(plain, field, least, most)
    return plain


def count_characters(text: str) -> int:
    """Characters as a reader counts them: marks, variation selectors and joined emoji don't add."""
    if text.isascii():
        return len(text)
    count = flags = 0
    joined = False
    for character in text:
        if character == "\u200d":
            joined = True
            continue
        if _is_mark(character) or "\U0001f3fb" <= character <= "\U0001f3ff":
            count = max(count, 1)
            continue
        is_flag_half = "\U0001f1e6" <= character <= "\U0001f1ff"
        flags = flags + 1 if is_flag_half else 0
        if not joined and (flags == 0 or flags % 2):
            count += 1
        joined = False
    return count


def skeleton(text: str) -> str:
    """What remains of a name for a hurried eye: two names with one skeleton are twins. For comparing, never showing."""
    folded = unicodedata.normalize("NFKC", _visible(text)).casefold()
    opened = unicodedata.normalize("NFKD", folded.translate(LOOKALIKES))
    letters = "".join(c for c in opened if unicodedata.category(c)[0] in "LN")
    return unicodedata.normalize("NFKC", letters.translate(LOOKALIKES))


def clean_real_name(text: str) -> str:
    """A name as an identity document prints it; every dot that keyboards offer becomes `·`."""
    return _NAME_DOTS.sub("·", clean_line(text)).replace(" ·", "·").replace("· ", "·")


def is_real_name(text: str) -> bool:
    """Whether a cleaned name can stand on an identity document: Chinese, minority (`·`) or in Latin letters.

    Han characters of every plane pass: people with rare ones are told by too many forms that they don't exist.
    """
    if _CHINESE_NAME.fullmatch(text):
        return 2 <= count_characters(text) <= REAL_NAME_MAX_CHARS
    if _LATIN_NAME.fullmatch(text) and 2 <= len(text) <= LATIN_NAME_MAX_CHARS:
        return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())
    return False


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    # Tabs are spaces to a reader; they must not vanish between two words.
    plain = unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\t", " ")))
    plain = _LOOSE_JOINER.sub("", plain)
    if _MAY_HAVE_MARKS.search(plain):
        plain = _without_towers(plain)
    return plain


def _without_towers(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= MARKS_MAX:
            kept.append(character)
    # Removing a mark can let two others compose, or a joiner stand alone.
    return unicodedata.normalize("NFC", "".join(kept))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Mc")


def _refuse_length(text: str, field: str, least: int, most: int | None) -> None:
    if least and count_characters(text) < least:
        raise Invalid(fields=[FieldError(field, "field.required" if not text else "field.length")])
    if most is not None and (len(text.encode("utf-8")) > most * BYTES_PER_CHARACTER or count_characters(text) > most):
        raise Invalid(fields=[FieldError(field, "field.length")])
