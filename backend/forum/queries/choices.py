"""Whom one may mention: the community's organisations, and neighbours who have written in the same thread."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import fetch
from backend.core.errors import NotFound
from backend.forum.permissions import POST
from backend.forum.queries.seen import shown_post
from backend.forum.schemas.drafts import MentionChoice, MentionChoices
from backend.identity.queries.names import NAME
from backend.identity.queries.organisations import organisations_named

CHOICES_MOST = 10
"""What fits above a phone's keyboard, twice: organisations and people."""
WRITERS_LOOKED_AT = 500
"""The newest replies: whoever is mentioned has spoken lately."""

WRITERS_SQL = f"""
SELECT * FROM (
    SELECT w.author, {NAME.format(who="w.author", where="$2")} AS name FROM (
        SELECT DISTINCT author FROM (
            (SELECT author FROM reply WHERE thread = $1 AND state = 'shown' AND organisation IS NULL
             ORDER BY number DESC LIMIT {WRITERS_LOOKED_AT})
            UNION ALL SELECT author FROM thread WHERE id = $1 AND organisation IS NULL) AS wrote) AS w) AS named
WHERE name IS NOT NULL AND author <> $3 AND position(lower($4) IN lower(name)) > 0 ORDER BY name, author LIMIT $5
"""


async def mention_choices(caller: Caller, community_id: UUID, words: str, thread_id: UUID | None) -> MentionChoices:
    """One to three statements. Raises NotFound for a community or thread where the caller has no part."""
    caller.require(POST, community_id)
    found = [
        MentionChoice(it.name, it.kind, f"organisation:{it.id}")
        for it in await organisations_named(community_id, words, limit=CHOICES_MOST)
    ]
    if thread_id is not None:
        thread = await shown_post(caller, "thread", thread_id)
        if thread["community"] != community_id:
            raise NotFound()
        rows = await fetch(WRITERS_SQL, thread_id, community_id, caller.account_id, words, CHOICES_MOST)
        found += [MentionChoice(row["name"], "resident", f"account:{row['author']}") for row in rows]
    return MentionChoices(found)
