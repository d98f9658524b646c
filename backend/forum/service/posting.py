"""A neighbour opens a thread."""

from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.core.ids import new_id
from backend.forum import access
from backend.forum.errors import TooSoon
from backend.forum.events import ThreadPosted
from backend.forum.rules.editing import POST_VARIETY, clean_post, clean_title
from backend.forum.rules.hot import HOT
from backend.forum.rules.pace import is_unhurried
from backend.forum.schemas.posts import PostMade, ThreadCreate
from backend.forum.service import issues, opening
from backend.forum.service.wording import Wording, word, word_poll
from backend.media import service as media
from backend.moderation import service as moderation
from backend.settings import settings

BESIDES = ("poll", "issue")
"""Kinds of thread that bring something along, under a field of the same name."""

# The board is asked again, under its lock. A neighbour's second thread at the same moment finds the first one's
# advisory lock, or that there is a newer one than its door has seen.
INSERT_SQL = f"""
WITH counted AS (
    UPDATE board SET thread_count = thread_count + ($12 = 'shown')::int
    WHERE id = $2 AND archived_at IS NULL
      AND ($16 OR pg_try_advisory_xact_lock(hashtextextended($3::uuid::text, 0))
                  AND $17::timestamptz IS NOT DISTINCT FROM (SELECT max(created_at) FROM thread WHERE author = $3))
    RETURNING id, community),
mentioned AS (
    INSERT INTO post_mention (id, post, account, organisation)
    SELECT gen_random_uuid(), $1, named.account, named.organisation
    FROM counted, unnest($13::uuid[], $14::uuid[]) AS named (account, organisation)),
ended AS (DELETE FROM draft WHERE id = $15 AND account = $3 AND EXISTS (SELECT FROM counted))
INSERT INTO thread (id, community, board, author, organisation, building, kind, title, body, html, pictures, state,
                    last_activity_at, created_at, hot)
SELECT $1, community, id, $3, $4, $5, $6, $7, $8, $9, $10, $12, $11, $11,
       {HOT.format(posted_at="$11::timestamptz", replies="0", reactions="0")}
FROM counted RETURNING id, community, board, kind, title, state, edits
"""


async def open_thread(caller: Caller, board_id: UUID, data: ThreadCreate) -> PostMade:
    """Raises what `access.board_to_write_on` does, TooSoon, Invalid, WordRefused, NotUsable, and what opening a poll
    or raising an issue does."""
    _check_kind(data)
    title, body = clean_title(data.title), clean_post(data.body)
    board = await access.board_to_write_on(caller, board_id, organisation=data.organisation_id, body=body)
    # A badge speaks for itself; nobody holds back what the residents' committee says.
    said = await word(
        board["community"], body, variety=POST_VARIETY, title=title, screened=data.organisation_id is None
    )
    poll = data.poll
    if poll is not None and data.organisation_id is None:
        poll, found = await word_poll(board["community"], poll)
        said = said.beside(found)
    async with transaction(joining=True):
        thread = await _store(caller, board, data, said)
        if said.pictures:
            await media.attach(caller.account_id, said.pictures, "attachment", kind="image")
        if poll is not None:
            await opening.open_poll(caller, thread, poll)
        if said.hold or said.tags:
            await moderation.hold("thread", thread["id"], tags=said.tags)
        if data.issue is not None:
            await issues.raise_issue(caller, thread, data.issue.organisation_id)
        if not said.hold:
            await emit(ThreadPosted(thread_id=thread["id"]))
    return PostMade(thread["id"], thread["id"], 0, thread["state"], said.masked, thread["edits"])


async def _store(caller: Caller, board: Record, data: ThreadCreate, said: Wording) -> Record:
    building = board["building"] if data.organisation_id is None else None
    row: Any = await fetchrow(
        INSERT_SQL,
        new_id(), board["id"], caller.account_id, data.organisation_id, building, data.kind, said.title, said.body,
        said.html, said.pictures, now(), said.state, said.accounts, said.organisations, data.draft_id,
        is_unhurried(caller, board["community"], scale=settings().rate_scale), board["wrote_at"],
    )  # fmt: skip
    if row is None:
        raise TooSoon(retry_after_s=1)
    return row


def _check_kind(data: ThreadCreate) -> None:
    """A poll comes with a poll, an issue with who is asked to answer for it, and nothing else does."""
    wrong = [
        FieldError(name, "field.value" if getattr(data, name) is not None else "field.required")
        for name in BESIDES
        if (getattr(data, name) is not None) != (data.kind == name)
    ]
    if wrong:
        raise Invalid(fields=wrong)
