"""What somebody has begun to write is kept until it is posted; and how it will look."""

from uuid import UUID

import msgspec

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, fetchval, transaction
from backend.core.errors import NotFound
from backend.core.text import clean_text
from backend.forum.errors import TooManyDrafts
from backend.forum.permissions import POST, READ
from backend.forum.rules.drafts import DRAFTS_MOST
from backend.forum.rules.editing import refuse_marks
from backend.forum.rules.markdown import mentions_in, render
from backend.forum.schemas.drafts import DraftUpdate, PreviewOut
from backend.forum.schemas.posts import POST_MAX_CHARS
from backend.forum.service.wording import names_for

# Two at once may both be the last one: it bounds what lies about, and guards no right.
KEEP_SQL = f"""
INSERT INTO draft AS kept (id, account, community, board, thread, content, updated_at)
SELECT $1, $2, $3, $4, $5, $6, $7
WHERE EXISTS (SELECT FROM draft WHERE id = $1)
   OR (SELECT count(*) FROM draft WHERE account = $2 AND community = $3) < {DRAFTS_MOST}
ON CONFLICT (id) DO UPDATE SET community = $3, board = $4, thread = $5, content = $6, updated_at = $7
    WHERE kept.account = $2
RETURNING id
"""


async def keep(caller: Caller, draft_id: UUID, data: DraftUpdate) -> None:
    """Under the id that the client has made. Raises NotFound, TooManyDrafts."""
    caller.require(POST, data.community_id)
    async with transaction():
        kept = await fetchval(
            KEEP_SQL, draft_id, caller.account_id, data.community_id, data.board_id, data.thread_id,
            msgspec.json.encode(data.content).decode(), now(),
        )  # fmt: skip
        if kept is None:
            if await fetchval("SELECT EXISTS (SELECT FROM draft WHERE id = $1)", draft_id):
                raise NotFound()
            raise TooManyDrafts(most=DRAFTS_MOST)


async def drop(caller: Caller, draft_id: UUID) -> None:
    """One's own; none changes nothing."""
    await execute("DELETE FROM draft WHERE id = $1 AND account = $2", draft_id, caller.account_id)


async def preview(caller: Caller, community_id: UUID, body: str) -> PreviewOut:
    """How it will look; neighbours who are mentioned stay as they were typed. Raises NotFound, Invalid."""
    caller.require(READ, community_id)
    body = clean_text(body, field="body", most=POST_MAX_CHARS)
    refuse_marks(body)
    names = await names_for(community_id, mentions_in(body), None)
    return PreviewOut(render(body, names=names).html)
