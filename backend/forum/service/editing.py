"""A neighbour says it differently, or takes it back."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import execute, transaction
from backend.core.events import emit
from backend.core.ids import new_id
from backend.forum import access
from backend.forum.errors import BoardArchived, ThreadClosed, ThreadLocked, VotedUpon
from backend.forum.events import ReplyEdited, ThreadEdited
from backend.forum.permissions import MODERATE, POST
from backend.forum.rules.editing import (
    POST_VARIETY,
    REPLY_VARIETY,
    clean_post,
    clean_reply,
    clean_title,
    is_silent,
    refuse_edit,
)
from backend.forum.schemas.posts import PostMade, PostState, ReplyUpdate, ThreadUpdate
from backend.forum.service import closing
from backend.forum.service.showing import HOLD, TAKE_BACK, turn_reply, turn_thread
from backend.forum.service.wording import Wording, word
from backend.media import service as media
from backend.moderation import service as moderation

KEEP_SQL = """
INSERT INTO post_version (id, post, number, title, body, html, edited_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
CHANGE_SQL = """
WITH unmentioned AS (
    DELETE FROM post_mention WHERE post = $1 AND NOT coalesce(account, organisation) = ANY($7::uuid[] || $8::uuid[])),
mentioned AS (
    INSERT INTO post_mention (id, post, account, organisation)
    SELECT gen_random_uuid(), $1, named.account, named.organisation
    FROM unnest($7::uuid[], $8::uuid[]) AS named (account, organisation) ON CONFLICT DO NOTHING)
UPDATE {table} SET {title}body = $2, html = $3, pictures = $4, edits = $5, edited_at = coalesce($6, edited_at)
WHERE id = $1
"""
CHANGE_THREAD_SQL = CHANGE_SQL.format(table="thread", title="title = $9, ")
CHANGE_REPLY_SQL = CHANGE_SQL.format(table="reply", title="")


async def edit_thread(caller: Caller, thread_id: UUID, data: ThreadUpdate, *, match: Callable[[int], None]) -> PostMade:
    """Changes what is named, if `match` accepts the edit that is locked here. The same words again change nothing.

    Raises NotFound, NotEditable, EditTooLate, EditedTooOften, VotedUpon, Silenced, Invalid, WordRefused, NotUsable.
    """
    async with transaction():
        row = await access.own_thread(caller, thread_id)
        caller.require(POST, row["community"])
        match(row["edits"])
        _refuse(caller, row)
        title = row["title"] if isinstance(data.title, msgspec.UnsetType) else clean_title(data.title)
        body = row["body"] if isinstance(data.body, msgspec.UnsetType) else clean_post(data.body)
        if title != row["title"] and row["voted"]:
            raise VotedUpon()
        if (title, body) == (row["title"], row["body"]):
            return PostMade(thread_id, thread_id, 0, row["state"], False, row["edits"])
        said = await word(
            row["community"],
            body,
            variety=POST_VARIETY,
            title=title,
            thread_id=thread_id,
            screened=row["organisation"] is None,
        )
        weighed = row["voted"] or row["official_at"] is not None
        await _change(caller, row, said, weighed=weighed)
        await emit(ThreadEdited(thread_id=thread_id))
        state = await _held("thread", row, said)
    return PostMade(thread_id, thread_id, 0, state, said.masked, row["edits"] + 1)


async def edit_reply(caller: Caller, reply_id: UUID, data: ReplyUpdate, *, match: Callable[[int], None]) -> PostMade:
    """As `edit_thread`; an official response is weighed as soon as it is there."""
    async with transaction():
        row = await access.own_reply(caller, reply_id)
        caller.require(POST, row["community"])
        match(row["edits"])
        _refuse(caller, row)
        body = clean_reply(data.body)
        if body == row["body"]:
            return PostMade(reply_id, row["thread"], row["number"], row["state"], False, row["edits"])
        said = await word(
            row["community"],
            body,
            variety=REPLY_VARIETY,
            thread_id=row["thread"],
            screened=row["organisation"] is None,
        )
        await _change(caller, row, said, weighed=row["is_official"])
        await emit(ReplyEdited(reply_id=reply_id, thread_id=row["thread"]))
        state = await _held("reply", row, said)
    return PostMade(reply_id, row["thread"], row["number"], state, said.masked, row["edits"] + 1)


async def delete_thread(caller: Caller, thread_id: UUID) -> None:
    """The first post leaves a tombstone, and what others have answered stays; its poll is cancelled. Raises NotFound,
    ThreadClosed, VotedUpon."""
    async with transaction():
        row = await access.own_thread(caller, thread_id)
        if row["state"] == "merged":
            raise ThreadClosed()
        if row["voted"]:
            raise VotedUpon()
        if row["kind"] == "poll":
            await closing.cancel_unvoted(caller, thread_id)
        await turn_thread(thread_id, TAKE_BACK)


async def delete_reply(caller: Caller, reply_id: UUID) -> None:
    """Leaves a tombstone. Raises NotFound."""
    async with transaction():
        await access.own_reply(caller, reply_id)
        await turn_reply(reply_id, TAKE_BACK)


def _refuse(caller: Caller, row: Mapping[str, Any]) -> None:
    refuse_edit(row, now())
    if row["archived_at"] is not None:
        raise BoardArchived()
    if row["locked_at"] is not None and not caller.may(MODERATE, row["community"]):
        raise ThreadLocked()
    moderation.refuse_silenced(row["silenced_until"])


async def _change(caller: Caller, row: Mapping[str, Any], said: Wording, *, weighed: bool) -> None:
    """Stores the new words, and the old ones where neighbours may have gone by them."""
    at, title = now(), row.get("title")
    silent = is_silent(row, at, weighed=weighed)
    added = [medium for medium in said.pictures if medium not in row["pictures"]]
    await media.attach(caller.account_id, added, "attachment", kind="image")
    if silent:
        await media.delete([medium for medium in row["pictures"] if medium not in said.pictures])
    else:
        await execute(
            KEEP_SQL, new_id(), row["id"], row["edits"], title, row["body"], row["html"], caller.account_id, at
        )
    await execute(
        CHANGE_THREAD_SQL if title is not None else CHANGE_REPLY_SQL,
        row["id"], said.body, said.html, said.pictures, row["edits"] + 1, None if silent else at, said.accounts,
        said.organisations, *([said.title] if title is not None else []),
    )  # fmt: skip


async def _held(kind: str, row: Mapping[str, Any], said: Wording) -> PostState:
    """What was shown is held when its new words have to be looked at first; where it stands then."""
    state: PostState = row["state"]
    if said.hold and state == "shown":
        turn = turn_thread if kind == "thread" else turn_reply
        await turn(row["id"], HOLD)
        state = "held"
    if said.hold or said.tags:
        await moderation.hold(kind, row["id"], tags=said.tags)
    return state
