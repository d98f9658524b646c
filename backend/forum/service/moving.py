"""Moderators put what was said where it belongs: on another board, into another thread, into one of its own."""

import html
from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import today
from backend.core.database import execute, fetch, transaction
from backend.core.errors import FieldError, Invalid, NotFound
from backend.core.events import emit
from backend.core.ids import new_id
from backend.forum import access
from backend.forum.errors import BoardArchived, CannotMerge, ThreadClosed, TooLongToMerge
from backend.forum.events import ReplyChanged, ThreadChanged
from backend.forum.rules.editing import clean_title
from backend.forum.rules.keeping import MERGED_REPLIES_MOST
from backend.forum.schemas.posts import PostMade
from backend.forum.schemas.staff import SplitCreate
from backend.forum.service.showing import count_on_board, settle
from backend.forum.service.staff import record
from backend.identity.queries.accounts import BUILDING
from backend.moderation import service as moderation

MERGEABLE = ("discussion", "question")
"""A poll or a public issue has a life of its own; it takes others in."""

# What hangs on a post goes along with it: $1 what it was, $2 what it becomes, $3 its new kind, $4 and $5 the threads.
CARRY_SQL = """
WITH reacted AS (UPDATE post_reaction SET post = $2 WHERE post = $1),
versions AS (UPDATE post_version SET post = $2 WHERE post = $1),
mentioned AS (UPDATE post_mention SET post = $2 WHERE post = $1)
UPDATE bookmark SET post = $2, kind = $3, thread = $5 WHERE thread = $4 AND post = $1
"""
FIRST_POST_SQL = """
INSERT INTO reply (id, community, thread, number, author, organisation, body, html, pictures, reactions, edited_at,
                   created_at)
SELECT $2, community, $3, $4, author, organisation, $5, $6 || html, pictures, reactions, edited_at, created_at
FROM thread WHERE id = $1
"""
RENUMBER_SQL = """
UPDATE reply SET thread = $2, number = $3 + ordered.place, parent = coalesce(parent, $4)
FROM (SELECT id, row_number() OVER (ORDER BY number) AS place FROM reply WHERE thread = $1) AS ordered
WHERE reply.id = ordered.id RETURNING reply.state = 'shown' AS shown, reply.organisation IS NOT NULL AS badge
"""
EMPTY_SQL = """
UPDATE thread SET state = 'merged', merged_into = $2, reply_count = 0, last_author = NULL, official_at = NULL,
                  accepted_reply = NULL, reactions = '{}', pictures = '{}', pinned_until = NULL, edits = edits + 1
WHERE id = $1
"""
WATCHERS_SQL = """
INSERT INTO thread_reader (id, thread, account, level)
SELECT gen_random_uuid(), $2, account, 'watching' FROM thread_reader WHERE thread = $1 AND level = 'watching'
ON CONFLICT (account, thread) DO NOTHING
"""
NEW_THREAD_SQL = f"""
INSERT INTO thread (id, community, board, author, organisation, building, kind, title, body, html, pictures, reactions,
                    last_number, edited_at, created_at, last_activity_at)
SELECT $2, r.community, $3, r.author, r.organisation,
       CASE WHEN r.organisation IS NULL THEN {BUILDING.format(who="r.author", where="r.community", day="$6")} END,
       'discussion', $4, r.body, r.html, r.pictures, r.reactions, $5, r.edited_at, r.created_at, r.created_at
FROM reply r WHERE r.id = $1
"""
# Behind the new thread's first post; an answer to what stays behind, or to that first post, answers the thread.
MOVE_REPLIES_SQL = """
WITH kept AS (UPDATE bookmark SET thread = $2 WHERE thread = $1 AND post = ANY($3::uuid[]))
UPDATE reply SET thread = $2, number = moved.place, parent = CASE WHEN parent = ANY($3) THEN parent END
FROM unnest($3::uuid[]) WITH ORDINALITY AS moved (id, place) WHERE reply.id = moved.id
"""
STAY_SQL = "UPDATE reply SET parent = NULL WHERE thread = $1 AND parent = ANY($2::uuid[])"


async def move(caller: Caller, thread_id: UUID, board_id: UUID) -> None:
    """To another board of its community; its readers are that board's then. Raises NotFound, ThreadClosed,
    BoardArchived."""
    async with transaction():
        row = await access.thread_to_keep(caller, thread_id)
        if row["state"] == "merged":
            raise ThreadClosed()
        if row["board"] == board_id:
            return
        await _boards(row["community"], board_id, row["board"])
        await execute("UPDATE thread SET board = $2, edits = edits + 1 WHERE id = $1", thread_id, board_id)
        if row["state"] == "shown":
            await count_on_board(row["board"], -1)
            await count_on_board(board_id, 1)
        await emit(ThreadChanged(thread_id=thread_id))
        await record(caller, row, "thread.moved", board=str(board_id))


async def merge(caller: Caller, thread_id: UUID, into_id: UUID) -> None:
    """All of it stands behind what was said there, in its order, and whoever followed it follows that. Merged there
    already: nothing changes. Raises NotFound, ThreadClosed, CannotMerge, TooLongToMerge."""
    async with transaction():
        thread, into = await access.threads_to_merge(caller, thread_id, into_id)
        if thread_id == into_id:
            raise CannotMerge()
        if thread["merged_into"] == into_id:
            return
        if thread["state"] != "shown" or into["state"] != "shown":
            raise ThreadClosed()
        if thread["kind"] not in MERGEABLE:
            raise CannotMerge()
        if thread["last_number"] > MERGED_REPLIES_MOST:
            raise TooLongToMerge(most=MERGED_REPLIES_MOST)
        moved = await _put_behind(thread, into)
        await count_on_board(thread["board"], -1)
        for changed in (thread_id, into_id):
            await emit(ThreadChanged(thread_id=changed))
        await record(caller, thread, "thread.merged", into=str(into_id), replies=moved)


async def split(caller: Caller, thread_id: UUID, data: SplitCreate) -> PostMade:
    """Answers become a thread of their own, the first of them its first post. Raises NotFound, ThreadClosed,
    BoardArchived, Invalid."""
    title = clean_title(data.title)
    async with transaction():
        row = await access.thread_to_keep(caller, thread_id)
        if row["state"] != "shown":
            raise ThreadClosed()
        replies = await _replies(thread_id, list(dict.fromkeys(data.reply_ids)))
        board = data.board_id or row["board"]
        made = new_id()
        await _take_out(thread_id, made, replies, title=title, board=board)
        await _boards(row["community"], board)
        await count_on_board(board, 1)
        await emit(ReplyChanged(reply_id=replies[0]["id"], thread_id=thread_id))
        for changed in (thread_id, made):
            await emit(ThreadChanged(thread_id=changed))
        await record(caller, row, "thread.split", into=str(made), replies=len(replies))
    return PostMade(made, made, 0, "shown", False, 1)


async def _put_behind(thread: Record, into: Record) -> int:
    """How many answers came along, the first post among them."""
    first, base = new_id(), into["last_number"] + 1
    heading = thread["title"]
    await execute(
        FIRST_POST_SQL,
        thread["id"], first, into["id"], base, f"**{heading}**\n\n{thread['body']}",
        f"<p><strong>{html.escape(heading)}</strong></p>\n",
    )  # fmt: skip
    await execute(CARRY_SQL, thread["id"], first, "reply", thread["id"], into["id"])
    await moderation.carry("thread", thread["id"], "reply", first)
    moved = await fetch(RENUMBER_SQL, thread["id"], into["id"], base, first)
    await execute("UPDATE bookmark SET thread = $2 WHERE thread = $1", thread["id"], into["id"])
    await execute(WATCHERS_SQL, thread["id"], into["id"])
    await execute(EMPTY_SQL, thread["id"], into["id"])
    await execute("UPDATE thread SET last_number = $2, edits = edits + 1 WHERE id = $1", into["id"], base + len(moved))
    badges = thread["organisation"] is not None or any(row["badge"] for row in moved)
    newest = max(thread["last_activity_at"], into["last_activity_at"])
    await settle(into["id"], 1 + sum(row["shown"] for row in moved), badges=badges, at=newest)
    return 1 + len(moved)


async def _replies(thread_id: UUID, reply_ids: list[UUID]) -> list[Record]:
    """Locked, in order of number. Raises Invalid unless each can be seen there, and none is an official response."""
    rows = await fetch(
        """SELECT * FROM reply WHERE thread = $1 AND id = ANY($2) AND state = 'shown' AND NOT is_official
           ORDER BY number FOR UPDATE""",
        thread_id,
        reply_ids,
    )
    if len(rows) < len(reply_ids):
        raise Invalid(fields=[FieldError("reply_ids", "field.value")])
    return rows


async def _take_out(thread_id: UUID, made: UUID, replies: Sequence[Record], *, title: str, board: UUID) -> None:
    first, rest = replies[0]["id"], [row["id"] for row in replies[1:]]
    await execute(NEW_THREAD_SQL, first, made, board, title, len(rest), today())
    await execute(CARRY_SQL, first, made, "thread", thread_id, made)
    await moderation.carry("reply", first, "thread", made)
    await execute("DELETE FROM reply WHERE id = $1", first)
    await execute(MOVE_REPLIES_SQL, thread_id, made, rest)
    await execute(STAY_SQL, thread_id, [first, *rest])
    await execute("UPDATE thread SET edits = edits + 1 WHERE id = $1", thread_id)
    badges = any(row["organisation"] is not None for row in replies)
    await settle(thread_id, -len(replies), badges=badges)
    await settle(made, len(rest), badges=badges)


async def _boards(community_id: UUID, to: UUID, *besides: UUID) -> None:
    """Locks them in the order of their ids. Raises NotFound, BoardArchived for where it goes."""
    rows = await fetch(
        "SELECT * FROM board WHERE id = ANY($1) AND community = $2 ORDER BY id FOR UPDATE", [to, *besides], community_id
    )
    target = next((row for row in rows if row["id"] == to), None)
    if target is None:
        raise NotFound()
    if target["archived_at"] is not None:
        raise BoardArchived()
