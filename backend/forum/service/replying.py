"""A neighbour answers, or an organisation does under its badge."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow, transaction
from backend.core.errors import FieldError, Invalid
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.text import clean_text
from backend.forum import access
from backend.forum.errors import ThreadClosed, TooSoon
from backend.forum.events import ReplyPosted
from backend.forum.rules.editing import REPLY_VARIETY, clean_reply
from backend.forum.rules.hot import HOT, REACTIONS
from backend.forum.rules.markdown import render
from backend.forum.rules.pace import is_unhurried
from backend.forum.schemas.posts import QUOTE_MAX_CHARS, PostMade, ReplyCreate
from backend.forum.service.issues import note_answer
from backend.forum.service.wording import Wording, word
from backend.media import service as media
from backend.moderation import service as moderation
from backend.settings import settings

TRIES = 3
"""Somebody has changed the thread between the look at it and the answer: then it is looked at again."""

WARMED = HOT.format(posted_at="created_at", replies="reply_count + $13", reactions=REACTIONS.format(counts="reactions"))
# Its last statement is the only one that locks, so that a lively thread is held for one round trip and the commit.
# `edits` says that nothing but answers came in between; a neighbour's second answer at the same moment finds the first
# one's advisory lock, or that there is a newer one than its door has seen.
INSERT_SQL = f"""
WITH counted AS (
    UPDATE thread SET
        last_number = last_number + 1,
        reply_count = reply_count + $13::int,
        last_activity_at = CASE WHEN $13 = 1 THEN greatest(last_activity_at, $12) ELSE last_activity_at END,
        last_author = CASE WHEN $13 = 1 THEN $4 ELSE last_author END,
        official_at = CASE WHEN $13 = 1 AND $5::uuid IS NOT NULL THEN coalesce(official_at, $12) ELSE official_at END,
        hot = {WARMED}
    WHERE id = $2 AND edits = $3
      AND ($17 OR pg_try_advisory_xact_lock(hashtextextended($4::uuid::text, 0))
                  AND $18::timestamptz IS NOT DISTINCT FROM (SELECT max(created_at) FROM reply WHERE author = $4))
    RETURNING id, community, last_number),
mentioned AS (
    INSERT INTO post_mention (id, post, account, organisation)
    SELECT gen_random_uuid(), $1, named.account, named.organisation
    FROM counted, unnest($14::uuid[], $15::uuid[]) AS named (account, organisation)),
ended AS (DELETE FROM draft WHERE id = $16 AND account = $4 AND EXISTS (SELECT FROM counted))
INSERT INTO reply (id, community, thread, number, author, organisation, is_official, parent, quoted, quoted_text, body,
                   html, pictures, state, created_at)
SELECT $1, community, id, last_number, $4, $5, $6, $7, $8, $9, $10, $11, $19,
       CASE $13 WHEN 1 THEN 'shown' ELSE 'held' END, $12
FROM counted RETURNING id, thread, number, state, edits
"""


async def reply(caller: Caller, thread_id: UUID, data: ReplyCreate) -> PostMade:
    """Raises what `access.thread_to_answer` does, TooSoon, Invalid, WordRefused, NotUsable."""
    body = clean_reply(data.body)
    said: Wording | None = None
    for _ in range(TRIES):
        thread = await access.thread_to_answer(
            caller,
            thread_id,
            organisation=data.organisation_id,
            body=body,
            parent=data.parent_id,
            quoted=data.quoted_id,
        )
        quoted = _quoted(data, thread)
        if said is None:
            said = await word(
                thread["community"],
                body,
                variety=REPLY_VARIETY,
                thread_id=thread_id,
                screened=data.organisation_id is None,
            )
        async with transaction(joining=True):
            row = await _store(
                caller,
                thread,
                said,
                organisation=data.organisation_id,
                parent=data.parent_id,
                quoted=data.quoted_id,
                quoted_text=quoted,
                draft=data.draft_id,
            )
        if row is not None:
            return PostMade(row["id"], row["thread"], row["number"], row["state"], said.masked, row["edits"])
    raise TooSoon(retry_after_s=1)


async def write_reply(
    caller: Caller, thread: Mapping[str, Any], body: str, *, organisation_id: UUID, is_official: bool = False
) -> Record:
    """For what an organisation says in a thread that the caller's door has locked: the reply's id, thread, number,
    state and edits. Inside the caller's transaction. Raises Invalid, NotUsable."""
    said = await word(
        thread["community"], clean_reply(body), variety=REPLY_VARIETY, thread_id=thread["id"], screened=False
    )
    row = await _store(caller, thread, said, organisation=organisation_id, is_official=is_official)
    if row is None:
        raise ThreadClosed()
    return row


async def _store(
    caller: Caller,
    thread: Mapping[str, Any],
    said: Wording,
    *,
    organisation: UUID | None,
    is_official: bool = False,
    parent: UUID | None = None,
    quoted: UUID | None = None,
    quoted_text: str | None = None,
    draft: UUID | None = None,
) -> Record | None:
    """None: the thread has changed since it was looked at. Inside a transaction."""
    unhurried = is_unhurried(caller, thread["community"], scale=settings().rate_scale)
    row = await fetchrow(
        INSERT_SQL,
        new_id(), thread["id"], thread["edits"], caller.account_id, organisation, is_official, parent, quoted,
        quoted_text, said.body, said.html, now(), int(not said.hold), said.accounts, said.organisations, draft,
        unhurried, None if unhurried else thread["wrote_at"], said.pictures,
    )  # fmt: skip
    if row is None:
        return None
    if organisation is not None:
        await note_answer(row["thread"], organisation)
    if said.pictures:
        await media.attach(caller.account_id, said.pictures, "attachment", kind="image")
    if said.hold or said.tags:
        await moderation.hold("reply", row["id"], tags=said.tags)
    if not said.hold:
        await emit(ReplyPosted(reply_id=row["id"], thread_id=row["thread"]))
    return row


def _quoted(data: ReplyCreate, thread: Record) -> str | None:
    """The quoted words, which the quoted post has to hold. Raises Invalid."""
    if data.quoted_id is None and data.quoted_text is None:
        return None
    if data.quoted_id is None or data.quoted_text is None:
        raise Invalid(fields=[FieldError("quoted_id" if data.quoted_id is None else "quoted_text", "field.required")])
    if thread["quoted_body"] is None:
        raise Invalid(fields=[FieldError("quoted_id", "field.value")])
    words = clean_text(data.quoted_text, field="quoted_text", least=1, most=QUOTE_MAX_CHARS)[:QUOTE_MAX_CHARS]
    if "".join(words.split()) not in "".join(render(thread["quoted_body"]).plain.split()):
        raise Invalid(fields=[FieldError("quoted_text", "field.value")])
    return words
