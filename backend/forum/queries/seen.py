"""One post that somebody wants to do something with: thank, keep, look at its pictures or at what it said before."""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.forum.permissions import MODERATE
from backend.forum.queries.boards import READ_BY_ASKER, asker
from backend.forum.rules.reading import shows_words
from backend.forum.schemas.posts import PostKind

POST_SQL: dict[PostKind, str] = {
    "thread": f"""
        SELECT t.id, t.id AS thread, t.community, t.author, t.state, t.pictures, t.title, t.html, t.edits,
               t.state AS thread_state, t.author AS thread_author
        FROM thread t JOIN board b ON b.id = t.board WHERE t.id = $1 AND {READ_BY_ASKER}""",
    "reply": f"""
        SELECT r.id, r.thread, r.community, r.author, r.state, r.pictures, NULL AS title, r.html, r.edits,
               t.state AS thread_state, t.author AS thread_author
        FROM reply r JOIN thread t ON t.id = r.thread JOIN board b ON b.id = t.board
        WHERE r.id = $1 AND {READ_BY_ASKER}""",
}


async def post_read_by(caller: Caller | None, kind: PostKind, post_id: UUID) -> Record:
    """For whoever is shown its words; one statement. Raises NotFound."""
    row = await fetchrow(POST_SQL[kind], post_id, *asker(caller))
    if row is None:
        raise NotFound()
    staff = caller is not None and caller.may(MODERATE, row["community"])
    for state, author in ((row["thread_state"], row["thread_author"]), (row["state"], row["author"])):
        if not shows_words(state, own=caller is not None and author == caller.account_id, staff=staff):
            raise NotFound()
    return row


async def shown_post(caller: Caller, kind: PostKind, post_id: UUID) -> Record:
    """The same, and only what everybody there is shown. Raises NotFound."""
    row = await post_read_by(caller, kind, post_id)
    if row["state"] != "shown" or row["thread_state"] != "shown":
        raise NotFound()
    return row
