"""What has been asked before, while somebody types the title of a new thread."""

from uuid import UUID

from backend.core.auth import Caller
from backend.core.database import fetch
from backend.forum.permissions import POST
from backend.forum.schemas.drafts import SimilarThread, SimilarThreads
from search import service as search

SIMILAR_SHOWN_MOST = 5
"""Above a keyboard; who needs more searches."""

THREADS_SQL = """
SELECT t.id, t.title, t.reply_count,
       CASE WHEN t.kind = 'issue' THEN (SELECT i.state FROM public_issue i WHERE i.thread = t.id) END AS issue_state
FROM unnest($1::uuid[]) WITH ORDINALITY AS near (id, place) JOIN thread t USING (id)
WHERE t.state = 'shown' ORDER BY near.place
"""


async def similar_threads(caller: Caller, community_id: UUID, title: str) -> SimilarThreads:
    """Nearest first, of what the caller may read. Raises NotFound."""
    caller.require(POST, community_id)
    near = await search.similar(caller, community_id, title, limit=SIMILAR_SHOWN_MOST)
    rows = await fetch(THREADS_SQL, near) if near else []
    return SimilarThreads([SimilarThread(*row) for row in rows])
