"""What a post may say, until when it may say something else, and what of that is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from backend.core.errors import FieldError, Invalid
from backend.core.text import clean_line, clean_text
from backend.forum.errors import EditedTooOften, EditTooLate, NotEditable
from backend.forum.rules.markdown import MARKS_MOST, MENTIONS_MOST, PICTURES_MOST, Rendered, has_too_many_marks
from backend.forum.schemas.posts import (
    POST_MAX_CHARS,
    POST_MIN_CHARS,
    REPLY_MAX_CHARS,
    REPLY_MIN_CHARS,
    TITLE_MAX_CHARS,
    TITLE_MIN_CHARS,
)

SILENT_FOR = timedelta(minutes=5)
"""A slip of the thumb is put right before anybody has read it; nothing is kept of it."""
EDITABLE_FOR = timedelta(hours=24)
"""Then others have answered what it says."""
EDITS_MOST = 100
"""Each keeps its wording."""

Variety = tuple[tuple[int, int], ...]
POST_VARIETY: Variety = ((6, 3), (50, 6), (500, 20))
REPLY_VARIETY: Variety = ((20, 3), (50, 6), (500, 20))
"""A text of at least so many characters has at least so many different ones. 哈哈哈哈哈哈 is an answer, and no post."""

EDITABLE = ("shown", "held")


def clean_title(title: str) -> str:
    """Raises Invalid."""
    clean = clean_line(title, field="title", least=TITLE_MIN_CHARS, most=TITLE_MAX_CHARS)
    if len(clean) > TITLE_MAX_CHARS:
        # Normalising can take a letter apart into two of what the column counts.
        raise Invalid(fields=[FieldError("title", "field.length")])
    if is_padding(clean, POST_VARIETY):
        raise Invalid(fields=[FieldError("title", "forum.padding")])
    return clean


def clean_post(body: str) -> str:
    """Markdown of a thread's first post. Raises Invalid."""
    return _clean_body(body, POST_MIN_CHARS, POST_MAX_CHARS)


def clean_reply(body: str) -> str:
    """Markdown of a reply. Raises Invalid."""
    return _clean_body(body, REPLY_MIN_CHARS, REPLY_MAX_CHARS)


def refuse_marks(body: str) -> None:
    """What would take too long to read. Raises Invalid."""
    if has_too_many_marks(body):
        raise _wrong("forum.too_many_marks", MARKS_MOST)


def check_rendered(rendered: Rendered, variety: Variety) -> None:
    """That there is something to see in it, and not too much of it. Raises Invalid."""
    if len(rendered.pictures) > PICTURES_MOST:
        raise _wrong("forum.too_many_pictures", PICTURES_MOST)
    if len(rendered.mentions) > MENTIONS_MOST:
        raise _wrong("forum.too_many_mentions", MENTIONS_MOST)
    if not rendered.plain and not rendered.pictures:
        raise Invalid(fields=[FieldError("body", "field.required")])
    if is_padding(rendered.plain, variety):
        raise Invalid(fields=[FieldError("body", "forum.padding")])


def is_padding(text: str, variety: Variety) -> bool:
    """Whether it only fills space: the same few characters again and again."""
    seen = "".join(text.casefold().split())
    different = len(set(seen))
    return any(len(seen) >= characters and different < least for characters, least in variety)


def refuse_edit(post: Mapping[str, Any], at: datetime) -> None:
    """Of a thread or reply, by its author. Raises NotEditable, EditTooLate, EditedTooOften."""
    if post["state"] not in EDITABLE:
        raise NotEditable()
    if at >= post["created_at"] + EDITABLE_FOR:
        raise EditTooLate()
    if post["edits"] >= EDITS_MOST:
        raise EditedTooOften(most=EDITS_MOST)


def is_silent(post: Mapping[str, Any], at: datetime, *, weighed: bool) -> bool:
    """Whether an edit leaves no trace. `weighed`: neighbours have voted on it, or an organisation has answered."""
    return not weighed and at < post["created_at"] + SILENT_FOR


def _clean_body(body: str, least: int, most: int) -> str:
    clean = clean_text(body, field="body", least=least, most=most)
    refuse_marks(clean)
    return clean


def _wrong(code: str, most: int) -> Invalid:
    return Invalid(fields=[FieldError("body", code, params={"most": most})])
