"""What a reader is shown of the forum, and what they may do next."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core.auth import Caller
from backend.core.sentences import Locale, sentence
from backend.forum.permissions import MODERATE, POST, READ
from backend.forum.schemas.posts import AuthorOut

EXCERPT_CHARS = 80
"""Two lines under a title on a phone."""
EXCERPT_SOURCE_CHARS = 1_200
"""Of the HTML that an excerpt is cut from: markup is most of it where there are links."""
REPLIES_A_PAGE = 20
"""Some minutes of reading; the next page comes while they are read."""
UNREAD_COUNTED_MOST = 100
"""Beyond, a mark says 99+, and counting on would grow with the thread."""
UNREAD_LOOKED_BACK = timedelta(days=60)
"""Older threads are nobody's news, and whoever has read everything would have all of them looked through."""
PINNED_SHOWN_MOST = 10
"""More than fit on a screen are pinned by mistake."""
PINNED_LOOKED_AT_MOST = 50
"""Those pinned the longest; of them the ones with the latest activity are shown."""
PICTURE_URL = "/posts/{kind}/{post}/pictures/{medium}/{variant}"
EXCERPT_VARIANT = "320"

_WITHIN_WORDS = re.compile(r"</?(?:a|code|em|s|span|strong)(?: [^>]*)?>")
_TAG = re.compile(r"<[^>]*>?")


@dataclass(frozen=True)
class Viewer:
    """Who looks, in one community. `account_id` null: a guest."""

    account_id: UUID | None
    is_member: bool
    is_staff: bool
    may_post: bool


def viewer_of(caller: Caller | None, community_id: UUID) -> Viewer:
    if caller is None:
        return Viewer(None, is_member=False, is_staff=False, may_post=False)
    return Viewer(
        caller.account_id,
        is_member=caller.may(READ, community_id),
        is_staff=caller.may(MODERATE, community_id),
        may_post=caller.may(POST, community_id),
    )


def shows_words(state: str, *, own: bool, staff: bool) -> bool:
    """Of a thread or reply; one that doesn't is a tombstone."""
    return state == "shown" or (state in ("held", "hidden") and (own or staff))


def is_there(state: str, *, own: bool, staff: bool) -> bool:
    """Held ones are there for their author and moderators alone."""
    return state != "held" or own or staff


def words_of(shown_html: str) -> str:
    """A post's words without its markup: what is bold or a link stays part of its sentence, paragraphs stay apart."""
    return html.unescape(_TAG.sub(" ", _WITHIN_WORDS.sub("", shown_html)))


def excerpt_of(shown_html: str) -> str:
    """The beginning of a post's words on one line, cut with an ellipsis."""
    line = " ".join(words_of(shown_html).split())
    return line if len(line) <= EXCERPT_CHARS else line[: EXCERPT_CHARS - 1].rstrip() + "…"


def picture_url(kind: str, post_id: UUID, medium_id: UUID, variant: str = EXCERPT_VARIANT) -> str:
    return PICTURE_URL.format(kind=kind, post=post_id, medium=medium_id, variant=variant)


def author_of(
    row: Mapping[str, Any], locale: Locale, *, account: str = "author", badge: str = "badge", name: str = "author_name"
) -> AuthorOut:
    """Of a row with posts.AUTHOR's columns: the organisation's badge, or the neighbour's name."""
    if row[badge] is not None:
        kind, words = row[badge]
        return AuthorOut(kind, words, None, row["organisation"])
    called = row[name]
    if called == "":
        return AuthorOut("resident", sentence("forum.gone", locale), None, None)
    return AuthorOut("resident", called or sentence("forum.a_neighbour", locale), row[account], None)


def somebody(locale: Locale) -> AuthorOut:
    """Whose words are no longer shown isn't named either."""
    return AuthorOut("resident", sentence("forum.a_neighbour", locale), None, None)


def name_of(called: str | None, locale: Locale) -> str:
    """What a row's name says to a reader: empty of a closed account, null of one who lives elsewhere."""
    return sentence("forum.gone", locale) if called == "" else called or sentence("forum.a_neighbour", locale)


def reactions_of(counts: str) -> dict[str, int]:
    """Of the column's JSON; those that nobody gives any more are left out."""
    if counts == "{}":
        return {}
    found: dict[str, int] = msgspec.json.decode(counts)
    return {emoji: count for emoji, count in found.items() if count > 0}
