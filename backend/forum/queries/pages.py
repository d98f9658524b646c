"""A thread's page as it opens, and the further pages of its replies."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.database import OneConnection, fetch
from backend.core.paging import decode_cursor, encode_cursor
from backend.core.sentences import Locale
from backend.forum.queries import issues, polls
from backend.forum.queries.posts import REPLY_COLUMNS, REPLY_JOINS, VIEWED_REPLY_COLUMNS, first_post
from backend.forum.queries.threads import Reader, thread_read_by
from backend.forum.rules.reading import REPLIES_A_PAGE
from backend.forum.schemas.posts import RepliesPage, ThreadOut

LOOKED_AT_ONCE = 200
"""Replies of a changed thread in one step of a reaction."""

# $1 thread, $2 account, $3 whether they moderate. Held ones are there for their author and the moderators alone.
THERE = "r.thread = $1 AND (r.state <> 'held' OR r.author = $2 OR $3)"
FROM_SQL = f"{THERE} AND r.number >= $4 ORDER BY r.number LIMIT $5"
BEFORE_SQL = f"{THERE} AND r.number < $4 ORDER BY r.number DESC LIMIT $5"
OFFICIAL_SQL = "r.thread = $1 AND r.is_official AND r.state = 'shown'"
WITH_OFFICIAL_SQL = f"""
r.id IN ((SELECT r.id FROM reply r WHERE {{page}}) UNION (SELECT r.id FROM reply r WHERE {OFFICIAL_SQL}))
"""


def _page_sql(columns: str, chosen: str) -> str:
    return f"""
SELECT {columns} FROM (SELECT r.*, r.xmin AS version FROM reply r WHERE {chosen}) AS r {REPLY_JOINS} ORDER BY r.number
"""


SQL = {
    (known, back, official): _page_sql(
        VIEWED_REPLY_COLUMNS if known else REPLY_COLUMNS,
        WITH_OFFICIAL_SQL.format(page=page) if official else page,
    )
    for known in (False, True)
    for back, page in ((False, FROM_SQL), (True, BEFORE_SQL))
    for official in (False, True)
}
"""By whether the words are known already, whether it is the page before a number, and whether official responses are
shown beside it."""
ANEW_SQL = _page_sql(REPLY_COLUMNS, "r.id = ANY($1)")


class Place(NamedTuple):
    """Replies from this number on; `back`: the last ones before it."""

    number: int
    back: bool = False


async def thread(caller: Caller | None, thread_id: UUID, *, at: str, locale: Locale) -> ThreadOut:
    """The page as it opens: two statements, one more where a kept page has changed, one or two for a poll or an issue.
    Raises NotFound."""
    asked_at = time.monotonic()
    async with OneConnection():
        row = await thread_read_by(caller, thread_id)
        reader = Reader(caller, row, locale, asked_at)
        place = _place(row, at)
        rows = await _rows(reader, place, REPLIES_A_PAGE, with_official=row["official_number"] is not None)
        asks = row["kind"] if reader.words else None
        poll = await polls.poll_of_thread(caller, thread_id) if asks == "poll" else None
        issue = await issues.issue_of_thread(caller, thread_id, locale) if asks == "issue" else None
    return ThreadOut(
        id=row["id"],
        community_id=row["community"],
        board_id=row["board"],
        board_name=row["board_name"],
        kind=row["kind"],
        title=row["title"] if reader.words else "",
        post=first_post(row, locale, words=reader.words, can=reader.verbs_of(row)),
        state=row["state"],
        merged_into=row["merged_into"],
        reply_count=row["reply_count"],
        last_number=row["last_number"],
        last_read_number=row["last_read_number"] if row["read_at"] else None,
        level=row["level"] or "normal",
        pinned_until=row["pinned_until"],
        locked_at=row["locked_at"],
        slow_mode_s=row["slow_mode_s"],
        next_reply_at=row["wrote_at"] and row["wrote_at"] + timedelta(seconds=row["slow_mode_s"]),
        accepted_reply=row["accepted_reply"],
        issue=issue,
        poll=poll,
        official=[reader.reply(it) for it in rows if it["is_official"] and it["state"] == "shown"],
        replies=_page(reader, rows, place, REPLIES_A_PAGE),
        edits=row["edits"],
        created_at=row["created_at"],
        can=reader.thread_verbs(issue),
    )


async def replies(
    caller: Caller | None, thread_id: UUID, *, at: str, limit: int, cursor: str | None, locale: Locale
) -> RepliesPage:
    """A further page, or the one around a number; two statements, or three as above. Raises NotFound."""
    after = decode_cursor(cursor, tuple[int])
    asked_at = time.monotonic()
    async with OneConnection():
        row = await thread_read_by(caller, thread_id)
        reader = Reader(caller, row, locale, asked_at)
        place = Place(abs(after[0]), back=after[0] < 0) if after else _place(row, at)
        rows = await _rows(reader, place, limit, with_official=False)
    return _page(reader, rows, place, limit)


def _place(row: Record, at: str) -> Place:
    """`first`, `unread`, `official` or a number; where there is nothing from there on, the thread's end."""
    if at == "unread":
        number = (row["last_read_number"] or 0) + 1
    elif at == "official":
        number = row["official_number"] or 1
    else:
        number = 1 if at == "first" else int(at)
    return Place(number) if number <= max(1, row["last_number"]) else Place(row["last_number"] + 1, back=True)


async def _rows(reader: Reader, place: Place, limit: int, *, with_official: bool) -> list[Record]:
    """One more than asked for, in order of number; official responses beside them, wherever they stand."""
    if not reader.words or reader.row["state"] == "merged":
        return []
    rows = await fetch(
        SQL[reader.is_known, place.back, with_official],
        reader.row["id"],
        reader.viewer.account_id,
        reader.viewer.is_staff,
        place.number,
        limit + 1,
    )
    if not reader.is_known:
        return rows
    changed = reader.changed(rows)
    if not changed:
        return rows
    anew = {row["id"]: row for row in await fetch(ANEW_SQL, changed, reader.viewer.account_id)}
    return [anew.get(row["id"], row) for row in rows if row["id"] in anew or row["id"] not in changed]


def _page(reader: Reader, rows: Sequence[Record], place: Place, limit: int) -> RepliesPage:
    # Official responses came along from other pages: beyond what was asked for, or before where it begins.
    if place.back:
        there = [row for row in rows if row["number"] < place.number][-limit - 1 :]
        shown, before, after = there[-limit:], len(there) > limit, place.number <= reader.row["last_number"]
    else:
        there = [row for row in rows if row["number"] >= place.number][: limit + 1]
        shown, before, after = there[:limit], there[:1] != [] and there[0]["number"] > 1, len(there) > limit
    return RepliesPage(
        items=[reader.reply(row) for row in shown],
        next_cursor=encode_cursor(shown[-1]["number"] + 1) if shown and after else None,
        previous_cursor=encode_cursor(-shown[0]["number"]) if shown and before else None,
    )


async def replies_after(thread_id: UUID, number: int) -> list[tuple[int, UUID]]:
    """Numbers and ids of all that stand in a thread, whatever their state, LOOKED_AT_ONCE at a time."""
    rows = await fetch(
        "SELECT number, id FROM reply WHERE thread = $1 AND number > $2 ORDER BY number LIMIT $3",
        thread_id,
        number,
        LOOKED_AT_ONCE,
    )
    return [(row["number"], row["id"]) for row in rows]
