"""How moderation sees threads and replies, and takes them away."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now, today
from backend.core.database import fetchrow, fetchval
from backend.core.subjects import Snapshot, Subject
from backend.forum.permissions import MODERATE, READ
from backend.forum.queries.boards import communities_of
from backend.forum.rules.boards import OWN_PLACES, READS
from backend.forum.service.showing import DELETE, HIDE, SHOW, set_lock, turn_reply, turn_thread
from backend.identity.queries.names import NAME
from backend.identity.queries.places import ORGANISATION_NAME

CALLED = """
coalesce({organisation}, {name}, '') AS author_name
"""
# What a poll asks is part of what its thread says.
THREAD_SQL = f"""
SELECT t.*, (SELECT array_to_string(array_prepend(p.question, array(
                 SELECT o.text FROM poll_option o WHERE o.poll = p.id ORDER BY o.position)), E'\\n· ')
             FROM poll p WHERE p.thread = t.id) AS asked, {
    CALLED.format(
        organisation=ORGANISATION_NAME.format(which="t.organisation"),
        name=NAME.format(who="t.author", where="t.community"),
    )
}
FROM thread t WHERE t.id = $1 FOR UPDATE OF t
"""
REPLY_SQL = f"""
SELECT r.*, t.title, {
    CALLED.format(
        organisation=ORGANISATION_NAME.format(which="r.organisation"),
        name=NAME.format(who="r.author", where="r.community"),
    )
}
FROM reply r JOIN thread t ON t.id = r.thread WHERE r.id = $1 FOR UPDATE OF t, r
"""
SEEN_SQL = """
SELECT EXISTS (SELECT FROM {post} JOIN board b ON b.id = t.board
               WHERE {alias}.id = $1 AND ({alias}.state = 'shown' AND t.state = 'shown' AND {reads}
                                          OR b.community = ANY($5)))
"""
READS_IT = READS.format(
    board="b",
    member="b.community = ANY($4)",
    staff="false",
    places=OWN_PLACES.format(who="$2", board="b", day="$3"),
)
SEEN = {
    "thread": SEEN_SQL.format(post="thread t", alias="t", reads=READS_IT),
    "reply": SEEN_SQL.format(post="reply r JOIN thread t ON t.id = r.thread", alias="r", reads=READS_IT),
}


async def thread_snapshot(thread_id: UUID) -> Snapshot | None:
    row = await fetchrow(THREAD_SQL, thread_id)
    if row is None:
        return None
    said = row["body"] if row["asked"] is None else f"{row['body']}\n\n{row['asked']}"
    return _snapshot("thread", row, said, f"/threads/{thread_id}", is_protected=False)


async def reply_snapshot(reply_id: UUID) -> Snapshot | None:
    row = await _reply(reply_id)
    url = f"/threads/{row['thread']}?at={row['number']}" if row else ""
    return row and _snapshot("reply", row, row["body"], url, is_protected=row["is_official"])


async def thread_seen_by(caller: Caller, thread_id: UUID) -> bool:
    return await _seen_by(caller, "thread", thread_id)


async def reply_seen_by(caller: Caller, reply_id: UUID) -> bool:
    return await _seen_by(caller, "reply", reply_id)


async def hide_thread(thread_id: UUID) -> None:
    await turn_thread(thread_id, HIDE)


async def restore_thread(thread_id: UUID) -> None:
    await turn_thread(thread_id, SHOW)


async def delete_thread(thread_id: UUID) -> None:
    await turn_thread(thread_id, DELETE)


async def hide_reply(reply_id: UUID) -> None:
    await turn_reply(reply_id, HIDE)


async def restore_reply(reply_id: UUID) -> None:
    await turn_reply(reply_id, SHOW)


async def delete_reply(reply_id: UUID) -> None:
    await turn_reply(reply_id, DELETE)


async def lock_thread(thread_id: UUID) -> None:
    await set_lock(thread_id, now())


async def unlock_thread(thread_id: UUID) -> None:
    await set_lock(thread_id, None)


SUBJECTS: dict[str, Subject] = {
    "thread": Subject(
        snapshot=thread_snapshot,
        seen_by=thread_seen_by,
        hide=hide_thread,
        restore=restore_thread,
        delete=delete_thread,
        lock=lock_thread,
        unlock=unlock_thread,
    ),
    "reply": Subject(
        snapshot=reply_snapshot,
        seen_by=reply_seen_by,
        hide=hide_reply,
        restore=restore_reply,
        delete=delete_reply,
    ),
}


async def _reply(reply_id: UUID) -> Record | None:
    """Looked at twice: one that is moved to another thread while this waits is not found at the first look."""
    return await fetchrow(REPLY_SQL, reply_id) or await fetchrow(REPLY_SQL, reply_id)


def _snapshot(kind: str, row: Mapping[str, Any], said: str, url: str, *, is_protected: bool) -> Snapshot:
    return Snapshot(
        kind=kind,
        id=row["id"],
        community_id=row["community"],
        author_id=row["author"],
        author_name=row["author_name"],
        organisation_id=row["organisation"],
        title=row["title"],
        body=said,
        url=url,
        is_protected=is_protected,
        is_shown=row["state"] == "shown",
    )


async def _seen_by(caller: Caller, kind: str, post_id: UUID) -> bool:
    return bool(
        await fetchval(
            SEEN[kind],
            post_id,
            caller.account_id,
            today(),
            communities_of(caller, READ),
            communities_of(caller, MODERATE),
        )
    )
