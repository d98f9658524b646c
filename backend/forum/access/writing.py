"""The doors of those who write in the forum and those who keep it.

Reading has its own: who may read is part of the statement that reads (`queries`).
"""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetch, fetchrow
from backend.core.errors import FieldError, Invalid, NotFound
from backend.forum.errors import BoardArchived, NotYourBoard, ThreadClosed, ThreadLocked, VoiceRefused
from backend.forum.permissions import EDIT_BOARDS, MODERATE, POST, READ
from backend.forum.queries.boards import communities_of
from backend.forum.rules.boards import OWN_GROUPS, OWN_PLACES, READS, WRITES
from backend.forum.rules.pace import NEW_FOR, SAME_WORDS_S, check_pace, check_slow_mode, is_at_work
from backend.identity.queries.accounts import BUILDING, JOINED_AT
from backend.identity.queries.organisations import IS_PUBLIC, SPEAKS_AS, SPEAKS_HERE
from backend.moderation import service as moderation
from backend.settings import settings

# $2 the caller, $3 the day, $4 the moment, $5 to $7 the communities where they read, keep order and post.
OWN = {"who": "$2", "board": "b", "day": "$3"}
PLACES = OWN_PLACES.format(**OWN)
READ_HERE = READS.format(board="b", member="b.community = ANY($5)", staff="b.community = ANY($6)", places=PLACES)
WRITTEN_HERE = WRITES.format(
    board="b",
    staff="b.community = ANY($6)",
    poster="b.community = ANY($7)",
    places=PLACES,
    groups=OWN_GROUPS.format(**OWN),
    speaks=SPEAKS_HERE.format(who="$2", where="b.community", at="$4"),
)
# $8 the organisation whose badge it is to carry, $9 the words.
WRITER = f"""
{WRITTEN_HERE} AS writes, b.archived_at, silenced_until($2, b.community, $4) AS silenced_until,
($8::uuid IS NULL OR {SPEAKS_AS.format(which="$8", who="$2", at="$4")}
 AND {IS_PUBLIC.format(which="$8", where="b.community")}) AS speaks,
{JOINED_AT.format(who="$2")} AS joined_at,
(SELECT max(w.created_at) FROM {{table}} w WHERE w.author = $2) AS wrote_at,
CASE WHEN {JOINED_AT.format(who="$2")} > $4::timestamptz - interval '{NEW_FOR.total_seconds():.0f} s'
     THEN (SELECT count(*) FROM {{table}} w WHERE w.author = $2) END AS wrote_count,
EXISTS (SELECT FROM {{table}} w WHERE w.author = $2 AND w.body = $9
        AND w.created_at > $4::timestamptz - interval '{SAME_WORDS_S} s') AS said_already
"""
TO_OPEN_SQL = f"""
SELECT b.id, b.community, {WRITER.format(table="thread")}, {BUILDING.format(who="$2", where="b.community", day="$3")}
       AS building
FROM board b WHERE b.id = $1 AND {READ_HERE}
"""
# $10 the answered reply, $11 the quoted post.
TO_ANSWER_SQL = f"""
SELECT t.id, t.community, t.author, t.state, t.locked_at, t.slow_mode_s, t.edits, {WRITER.format(table="reply")},
       CASE WHEN t.slow_mode_s > 0 THEN (SELECT max(w.created_at) FROM reply w WHERE w.author = $2 AND w.thread = t.id)
            END AS wrote_here_at,
       $10::uuid IS NULL OR EXISTS (
           SELECT FROM reply p WHERE p.id = $10 AND p.thread = t.id AND p.state = 'shown') AS has_parent,
       CASE WHEN $11 = t.id THEN t.body WHEN $11 IS NOT NULL THEN (
           SELECT q.body FROM reply q WHERE q.id = $11 AND q.thread = t.id AND q.state = 'shown') END AS quoted_body
FROM thread t JOIN board b ON b.id = t.board WHERE t.id = $1 AND {READ_HERE}
"""
LOOKS = 2
"""A reply that is moved to another thread while one waits for its old one is not found at the first look."""
VOTED = """
EXISTS (SELECT FROM poll p JOIN poll_participation v ON v.poll = p.id WHERE p.thread = t.id)
"""
ARCHIVED_AT = "(SELECT b.archived_at FROM board b WHERE b.id = t.board) AS archived_at"
OWN_THREAD_SQL = f"""
SELECT t.*, {VOTED} AS voted, {ARCHIVED_AT}, silenced_until($2, t.community, $3) AS silenced_until
FROM thread t WHERE t.id = $1 AND t.author = $2 FOR UPDATE OF t
"""
OWN_REPLY_SQL = f"""
SELECT r.*, t.locked_at, {ARCHIVED_AT}, silenced_until($2, r.community, $3) AS silenced_until
FROM reply r JOIN thread t ON t.id = r.thread WHERE r.id = $1 AND r.author = $2 FOR UPDATE OF t, r
"""


async def board_to_write_on(caller: Caller, board_id: UUID, *, organisation: UUID | None, body: str) -> Record:
    """For one who may open a thread there now. Nothing is locked: what the board counts is everybody's, and the
    statement that stores the thread asks again.

    Raises NotFound, BoardArchived, NotYourBoard, Silenced, VoiceRefused and what check_pace does.
    """
    row = await fetchrow(TO_OPEN_SQL, board_id, *_rights(caller), organisation, body)
    if row is None:
        raise NotFound()
    _refuse_writer(row)
    if not is_at_work(caller, row["community"]):
        check_pace("thread", row, at=now(), scale=settings().rate_scale)
    return row


async def thread_to_answer(
    caller: Caller, thread_id: UUID, *, organisation: UUID | None, body: str, parent: UUID | None, quoted: UUID | None
) -> Record:
    """For one who may answer there now; `quoted_body` are the quoted post's words. Nothing is locked: readers of a
    lively thread answer at the same moment, and the statement that stores the answer asks for `edits` again.

    Raises NotFound, ThreadClosed, ThreadLocked, Invalid and what `board_to_write_on` does.
    """
    row = await fetchrow(TO_ANSWER_SQL, thread_id, *_rights(caller), organisation, body, parent, quoted)
    if row is None:
        raise NotFound()
    keeps_order = caller.may(MODERATE, row["community"])
    if row["state"] == "held" and row["author"] != caller.account_id and not keeps_order:
        raise NotFound()
    if row["state"] != "shown":
        raise ThreadClosed()
    _refuse_writer(row)
    if row["locked_at"] is not None and not keeps_order:
        raise ThreadLocked()
    if not row["has_parent"]:
        raise Invalid(fields=[FieldError("parent_id", "field.value")])
    if not is_at_work(caller, row["community"]):
        check_pace("reply", row, at=now(), scale=settings().rate_scale)
        check_slow_mode(row, at=now())
    return row


async def own_thread(caller: Caller, thread_id: UUID) -> Record:
    """Locked, for its author. `voted`: somebody has voted in its poll. Raises NotFound."""
    row = await fetchrow(OWN_THREAD_SQL, thread_id, caller.account_id, now())
    if row is None:
        raise NotFound()
    return row


async def own_reply(caller: Caller, reply_id: UUID) -> Record:
    """Locked behind its thread, for its author. Raises NotFound."""
    for _ in range(LOOKS):
        row = await fetchrow(OWN_REPLY_SQL, reply_id, caller.account_id, now())
        if row is not None:
            return row
    raise NotFound()


async def thread_to_keep(caller: Caller, thread_id: UUID) -> Record:
    """Locked, for a moderator of its community. Raises NotFound."""
    row = await fetchrow("SELECT * FROM thread WHERE id = $1 FOR UPDATE", thread_id)
    if row is None:
        raise NotFound()
    caller.require(MODERATE, row["community"])
    return row


async def threads_to_merge(caller: Caller, thread_id: UUID, into_id: UUID) -> tuple[Record, Record]:
    """Both of one community, locked, for its moderator. Raises NotFound."""
    rows = await fetch("SELECT * FROM thread WHERE id = ANY($1) ORDER BY id FOR UPDATE", [thread_id, into_id])
    found = {row["id"]: row for row in rows}
    if thread_id not in found or into_id not in found:
        raise NotFound()
    thread, into = found[thread_id], found[into_id]
    caller.require(MODERATE, thread["community"])
    if thread["community"] != into["community"]:
        raise NotFound()
    return thread, into


async def thread_to_settle(caller: Caller, thread_id: UUID) -> Record:
    """Locked, for who asked the question and still belongs there, or a moderator. Raises NotFound."""
    row = await fetchrow("SELECT * FROM thread WHERE id = $1 FOR UPDATE", thread_id)
    if row is None:
        raise NotFound()
    caller.require(POST if row["author"] == caller.account_id else MODERATE, row["community"])
    return row


async def board_to_edit(caller: Caller, board_id: UUID) -> Record:
    """Locked, for one who keeps its community's boards. Raises NotFound."""
    row = await fetchrow("SELECT * FROM board WHERE id = $1 FOR UPDATE", board_id)
    if row is None:
        raise NotFound()
    caller.require(EDIT_BOARDS, row["community"])
    return row


def _rights(caller: Caller) -> tuple[object, ...]:
    """$2 to $7 of the statements above."""
    held = (communities_of(caller, permission) for permission in (READ, MODERATE, POST))
    return (caller.account_id, today(), now(), *held)


def _refuse_writer(row: Record) -> None:
    if row["archived_at"] is not None:
        raise BoardArchived()
    if not row["writes"]:
        raise NotYourBoard()
    moderation.refuse_silenced(row["silenced_until"])
    if not row["speaks"]:
        raise VoiceRefused(fields=[FieldError("organisation_id", "field.value")])
