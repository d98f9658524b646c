"""A thread's first post and its replies, one row each with everything that a reader is shown of it."""

from collections.abc import Mapping
from typing import Any

from backend.core.sentences import Locale
from backend.forum.queries.kept import STAMP
from backend.forum.rules.reading import author_of, name_of, reactions_of, somebody
from backend.forum.schemas.posts import PostOut
from backend.identity.queries.names import NAME_OR_GONE
from backend.identity.queries.places import ORGANISATION, ORGANISATION_NAME


def author_columns(post: str) -> str:
    """`author` and badge_columns of the post with this alias."""
    return f"{post}.author, {badge_columns(post)}"


def badge_columns(post: str) -> str:
    """`organisation`, `badge` (kind and name, or null) and `author_name`."""
    return f"""{post}.organisation, {ORGANISATION.format(which=f"{post}.organisation")} AS badge,
               {NAME_OR_GONE.format(who=f"{post}.author", where=f"{post}.community")} AS author_name"""


def called(post: str) -> str:
    """How the author of the post with this alias is called there: by the badge, or by name."""
    return f"""coalesce({ORGANISATION_NAME.format(which=f"{post}.organisation")},
                        {NAME_OR_GONE.format(who=f"{post}.author", where=f"{post}.community")})"""


def viewed_columns(post: str) -> str:
    """What differs with who looks, and what they may do hangs on; $2 is the viewer's account. What nobody has reacted
    to needs no look for one's own."""
    return f"""
        {post}.id, {post}.author, {post}.state, {post}.edits, {post}.created_at,
        CASE WHEN {post}.author = $2 THEN {post}.body END AS source,
        CASE WHEN {post}.reactions <> '{{}}' THEN array(SELECT x.emoji FROM post_reaction x
            WHERE x.post = {post}.id AND x.account = $2 ORDER BY x.emoji) END AS mine,
        EXISTS (SELECT FROM bookmark k WHERE k.account = $2 AND k.post = {post}.id) AS bookmarked"""


def post_columns(post: str) -> str:
    """$2 is the viewer's account."""
    return f"{viewed_columns(post)}, {badge_columns(post)}, {post}.html, {post}.reactions, {post}.edited_at"


VIEWED_REPLY_COLUMNS = f"{viewed_columns('r')}, r.number, r.is_official, {STAMP}"
REPLY_COLUMNS = f"""
{post_columns("r")}, {STAMP}, r.number, r.parent, r.is_official, r.quoted, r.quoted_text,
p.number AS parent_number, p.state = 'shown' AS parent_shown, CASE WHEN p.state = 'shown' THEN {called("p")} END
AS parent_name, q.state = 'shown' AS quoted_shown, CASE WHEN q.state = 'shown' THEN {called("q")} END AS quoted_name
"""
# What was split off, or stayed behind, is read by others: nothing of it is quoted any more.
REPLY_JOINS = """
LEFT JOIN reply p ON p.id = r.parent LEFT JOIN reply q ON q.id = r.quoted AND q.thread = r.thread
"""


def first_post(row: Mapping[str, Any], locale: Locale, *, words: bool, can: list[str]) -> PostOut:
    """Of a thread's row with post_columns. `words` false: its tombstone."""
    return PostOut(
        id=row["id"],
        kind="thread",
        number=0,
        parent_id=None,
        parent_number=None,
        parent_author=None,
        author=author_of(row, locale) if words else somebody(locale),
        is_official=False,
        is_accepted=False,
        quoted_id=None,
        quoted_author=None,
        quoted_text=None,
        html=row["html"] if words else "",
        source=row["source"] if words else None,
        state=row["state"],
        reactions=reactions_of(row["reactions"]) if words else {},
        mine=row["mine"] or [],
        bookmarked=row["bookmarked"],
        edits=row["edits"],
        edited_at=row["edited_at"],
        created_at=row["created_at"],
        can=can,
    )


def reply_out(
    row: Mapping[str, Any], thread: Mapping[str, Any], locale: Locale, *, words: bool, can: list[str]
) -> PostOut:
    """Of a row with REPLY_COLUMNS, in the thread of that row. `words` false: its tombstone."""
    quoted_text, quoted_author = _quote(row, thread, locale) if words and row["quoted_text"] else (None, None)
    return PostOut(
        id=row["id"],
        kind="reply",
        number=row["number"],
        parent_id=row["parent"],
        parent_number=row["parent_number"],
        parent_author=name_of(row["parent_name"], locale) if row["parent_shown"] else None,
        author=author_of(row, locale) if words else somebody(locale),
        is_official=row["is_official"],
        is_accepted=row["id"] == thread["accepted_reply"],
        quoted_id=row["quoted"] if quoted_text else None,
        quoted_author=quoted_author,
        quoted_text=quoted_text,
        html=row["html"] if words else "",
        source=row["source"] if words else None,
        state=row["state"],
        reactions=reactions_of(row["reactions"]) if words else {},
        mine=row["mine"] or [],
        bookmarked=row["bookmarked"],
        edits=row["edits"],
        edited_at=row["edited_at"],
        created_at=row["created_at"],
        can=can,
    )


def _quote(row: Mapping[str, Any], thread: Mapping[str, Any], locale: Locale) -> tuple[str, str] | tuple[None, None]:
    """The words and whose they are; nothing once what they are from is hidden or gone."""
    if row["quoted"] == thread["id"]:
        return (row["quoted_text"], author_of(thread, locale).name) if thread["state"] == "shown" else (None, None)
    if not row["quoted_shown"]:
        return None, None
    return row["quoted_text"], name_of(row["quoted_name"], locale)
