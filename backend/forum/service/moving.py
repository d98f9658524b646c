"""Moderators put what was said where it belongs: on another board, into another thread, into one of its own."""

import html
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import today
from backend.core.database import execute, fetch, fetchrow, transaction
from backend.core.errors import FieldError, Invalid, NotFound
from backend.core.events import emit
from backend.core.ids import new_id
from backend.core.writes import as_parts
from backend.forum import access
from backend.forum.errors import BoardArchived, CannotMerge, ThreadClosed, TooLongToMerge
from backend.forum.events import ReplyChanged, ThreadChanged
from backend.forum.rules.editing import clean_title
from backend.forum.rules.keeping import MERGED_REPLIES_MOST
from backend.forum.schemas.posts import PostMade
from backend.forum.schemas.staff import SplitCreate
from backend.forum.service.showing import count_on_board, settle
from backend.forum.service.staff import line, record
from backend.identity.queries.accounts import BUILDING
from backend.moderation import service as moderation

MERGEABLE = ("discussion", "question")
"""A poll or a public issue has a life of its own; it takes others in."""

# Each moves everything that hangs on it in one statement, so that how many it takes doesn't hang on how much there is.
# $1 the thread, $2 the one it goes to, $3 its first post there, $4 that one's number, $5 and $6 its words and their
# heading, $7 its board.
MERGE_SQL = """
WITH {along}reacted AS (UPDATE post_reaction SET post = $3 WHERE post = $1),
versions AS (UPDATE post_version SET post = $3 WHERE post = $1),
mentioned AS (UPDATE post_mention SET post = $3 WHERE post = $1),
kept AS (
    UPDATE bookmark SET thread = $2, post = CASE post WHEN $1 THEN $3 ELSE post END,
                        kind = CASE post WHEN $1 THEN 'reply' ELSE kind END WHERE thread = $1),
watching AS (
    INSERT INTO thread_reader (id, thread, account, level)
    SELECT gen_random_uuid(), $2, account, 'watching' FROM thread_reader WHERE thread = $1 AND level = 'watching'
    ON CONFLICT (account, thread) DO NOTHING),
first AS (
    INSERT INTO reply (id, community, thread, number, author, organisation, body, html, pictures, reactions, edited_at,
                       created_at)
    SELECT $3, community, $2, $4, author, organisation, $5, $6 || html, pictures, reactions, edited_at, created_at
    FROM thread WHERE id = $1),
moved AS (
    UPDATE reply SET thread = $2, number = $4 + ordered.place, parent = coalesce(parent, $3)
    FROM (SELECT id, row_number() OVER (ORDER BY number) AS place FROM reply WHERE thread = $1) AS ordered
    WHERE reply.id = ordered.id RETURNING reply.state = 'shown' AS shown, reply.organisation IS NOT NULL AS badge),
emptied AS (
    UPDATE thread SET state = 'merged', merged_into = $2, reply_count = 0, last_author = NULL, official_at = NULL,
                      accepted_reply = NULL, reactions = '{{}}', pictures = '{{}}', pinned_until = NULL,
                      edits = edits + 1 WHERE id = $1),
uncounted AS (UPDATE board SET thread_count = thread_count - 1 WHERE id = $7)
UPDATE thread SET last_number = $4 + (SELECT count(*) FROM moved), edits = edits + 1 WHERE id = $2
RETURNING (SELECT count(*) FROM moved WHERE shown) AS shown, EXISTS (SELECT FROM moved WHERE badge) AS badge
"""
MERGE_TAKES = 7
# $1 the thread, $2 the new one, $3 the replies that go there, the first of them its first post, $4 its title, $5 its
# board, $6 the day. An answer to what stays behind, or to that first post, answers the thread.
SPLIT_SQL = f"""
WITH {{along}}made AS (
    INSERT INTO thread (id, community, board, author, organisation, building, kind, title, body, html, pictures,
                        reactions, last_number, edited_at, created_at, last_activity_at)
    SELECT $2, r.community, $5, r.author, r.organisation,
           CASE WHEN r.organisation IS NULL THEN {BUILDING.format(who="r.author", where="r.community", day="$6")} END,
           'discussion', $4, r.body, r.html, r.pictures, r.reactions, cardinality($3::uuid[]) - 1, r.edited_at,
           r.created_at, r.created_at
    FROM reply r WHERE r.id = ($3)[1]),
reacted AS (UPDATE post_reaction SET post = $2 WHERE post = ($3)[1]),
versions AS (UPDATE post_version SET post = $2 WHERE post = ($3)[1]),
mentioned AS (UPDATE post_mention SET post = $2 WHERE post = ($3)[1]),
kept AS (
    UPDATE bookmark SET thread = $2, post = CASE post WHEN ($3)[1] THEN $2 ELSE post END,
                        kind = CASE post WHEN ($3)[1] THEN 'thread' ELSE kind END
    WHERE thread = $1 AND post = ANY($3)),
gone AS (DELETE FROM reply WHERE id = ($3)[1]),
moved AS (
    UPDATE reply SET thread = $2, number = moved.place, parent = CASE WHEN parent = ANY(($3)[2:]) THEN parent END
    FROM unnest(($3)[2:]) WITH ORDINALITY AS moved (id, place) WHERE reply.id = moved.id),
stays AS (UPDATE reply SET parent = NULL WHERE thread = $1 AND parent = ANY($3) AND id <> ALL($3)),
counted AS (UPDATE board SET thread_count = thread_count + 1 WHERE id = $5)
UPDATE thread SET edits = edits + 1 WHERE id = $1
"""
SPLIT_TAKES = 6


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
        await _put_behind(caller, thread, into)
        await emit(ThreadChanged(thread_id=thread_id), ThreadChanged(thread_id=into_id))


async def split(caller: Caller, thread_id: UUID, data: SplitCreate) -> PostMade:
    """Answers become a thread of their own, the first of them its first post. Raises NotFound, ThreadClosed,
    BoardArchived, Invalid."""
    title = clean_title(data.title)
    async with transaction():
        row = await access.thread_to_keep(caller, thread_id)
        if row["state"] != "shown":
            raise ThreadClosed()
        made, board = new_id(), data.board_id or row["board"]
        replies = await _replies(thread_id, list(dict.fromkeys(data.reply_ids)), to=board)
        await _take_out(caller, row, made, replies, title=title, board=board)
        first = ReplyChanged(reply_id=replies[0]["id"], thread_id=thread_id)
        await emit(first, ThreadChanged(thread_id=thread_id), ThreadChanged(thread_id=made))
    return PostMade(made, made, 0, "shown", False, 1)


async def _put_behind(caller: Caller, thread: Record, into: Record) -> None:
    heading, first = thread["title"], new_id()
    told = line(caller, thread, "thread.merged", into=str(into["id"]), replies=1 + thread["reply_count"])
    along, further = as_parts([told, moderation.carry("thread", thread["id"], "reply", first)], after=MERGE_TAKES)
    moved = await fetchrow(
        MERGE_SQL.format(along=along),
        thread["id"], into["id"], first, into["last_number"] + 1, f"**{heading}**\n\n{thread['body']}",
        f"<p><strong>{html.escape(heading)}</strong></p>\n", thread["board"], *further,
    )  # fmt: skip
    assert moved is not None, "both are locked"
    badges = thread["organisation"] is not None or moved["badge"]
    newest = max(thread["last_activity_at"], into["last_activity_at"])
    await settle({into["id"]: 1 + moved["shown"]}, badges=badges, at=newest)


async def _replies(thread_id: UUID, reply_ids: list[UUID], *, to: UUID) -> list[Record]:
    """Locked, in order of number. Raises Invalid unless each can be seen there, and none is an official response;
    NotFound, BoardArchived for the board they go to."""
    rows = await fetch(
        """SELECT r.*, b.id IS NOT NULL AS has_board, b.archived_at
           FROM reply r LEFT JOIN board b ON b.id = $3 AND b.community = r.community
           WHERE r.thread = $1 AND r.id = ANY($2) AND r.state = 'shown' AND NOT r.is_official
           ORDER BY r.number FOR UPDATE OF r""",
        thread_id,
        reply_ids,
        to,
    )
    if len(rows) < len(reply_ids):
        raise Invalid(fields=[FieldError("reply_ids", "field.value")])
    _refuse_board(rows[0]["has_board"], rows[0]["archived_at"])
    return rows


async def _take_out(
    caller: Caller, thread: Record, made: UUID, replies: Sequence[Record], *, title: str, board: UUID
) -> None:
    moved = [row["id"] for row in replies]
    told = line(caller, thread, "thread.split", into=str(made), replies=len(moved))
    along, further = as_parts([told, moderation.carry("reply", moved[0], "thread", made)], after=SPLIT_TAKES)
    await execute(SPLIT_SQL.format(along=along), thread["id"], made, moved, title, board, today(), *further)
    badges = any(row["organisation"] is not None for row in replies)
    await settle({thread["id"]: -len(moved), made: len(moved) - 1}, badges=badges)


async def _boards(community_id: UUID, to: UUID, besides: UUID) -> None:
    """Locks both in the order of their ids. Raises NotFound, BoardArchived for where it goes."""
    rows = await fetch(
        "SELECT * FROM board WHERE id = ANY($1) AND community = $2 ORDER BY id FOR UPDATE", [to, besides], community_id
    )
    target = next((row for row in rows if row["id"] == to), None)
    _refuse_board(target is not None, target and target["archived_at"])


def _refuse_board(is_there: bool, archived_at: datetime | None) -> None:
    if not is_there:
        raise NotFound()
    if archived_at is not None:
        raise BoardArchived()
