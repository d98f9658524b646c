"""What a post said before."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import fetch
from backend.forum.queries.seen import post_read_by
from backend.forum.schemas.posts import History, PostKind, PostVersionOut

VERSIONS_SHOWN_MOST = 100
"""Far more than anybody makes in a day of editing."""


async def history(caller: Caller | None, kind: PostKind, post_id: UUID) -> History:
    """Oldest first, the words that stand now last; two statements. Raises NotFound."""
    post = await post_read_by(caller, kind, post_id)
    rows = await fetch(
        "SELECT number, title, html, at FROM post_version WHERE post = $1 ORDER BY number DESC LIMIT $2",
        post_id,
        VERSIONS_SHOWN_MOST,
    )
    before = [PostVersionOut(row["number"], row["title"], row["html"], row["at"]) for row in reversed(rows)]
    return History([*before, PostVersionOut(post["edits"], post["title"], post["html"], None)])
