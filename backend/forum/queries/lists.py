"""Lists of threads: of a board, or of all boards that somebody may read."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetch
from backend.core.paging import LIST_LIMIT_MOST, Page, decode_cursor, encode_cursor
from backend.core.sentences import Locale
from backend.forum.queries.boards import Room, board_read_by, rooms_read_by
from backend.forum.queries.posts import author_columns, called
from backend.forum.rules.reading import (
    EXCERPT_SOURCE_CHARS,
    PINNED_LOOKED_AT_MOST,
    PINNED_SHOWN_MOST,
    UNREAD_COUNTED_MOST,
    UNREAD_LOOKED_BACK,
    author_of,
    excerpt_of,
    name_of,
    picture_url,
    reactions_of,
)
from backend.forum.schemas.posts import Order, Show, ThreadItem, ThreadKind

UNREAD = f"""
CASE WHEN r.read_at IS NULL THEN NULL WHEN r.last_read_number >= t.last_number THEN 0
     ELSE (SELECT count(*) FROM (SELECT FROM reply u WHERE u.thread = t.id AND u.number > r.last_read_number
                                 AND u.state = 'shown' AND u.author <> $2 LIMIT {UNREAD_COUNTED_MOST}) AS counted) END
"""
LAST_NAME = f"""
(SELECT {called("l")} FROM reply l WHERE l.thread = t.id AND l.state = 'shown' ORDER BY l.number DESC LIMIT 1)
"""
COLUMNS = f"""
t.id, t.board, t.kind, t.title, left(t.html, {EXCERPT_SOURCE_CHARS}) AS html, {author_columns("t")}, t.state,
t.reply_count, {UNREAD} AS unread, t.reactions, t.pictures[1] AS picture, t.last_activity_at, t.last_author,
CASE WHEN t.last_author IS NOT NULL THEN {LAST_NAME} END AS last_name, t.pinned_until > $3 AS pinned, t.locked_at,
t.official_at, t.accepted_reply, t.created_at, t.hot,
CASE WHEN t.kind = 'issue' THEN (SELECT i.state FROM public_issue i WHERE i.thread = t.id) END AS issue_state
"""
READER = "LEFT JOIN thread_reader r ON r.account = $2 AND r.thread = t.id"
"""$1 boards, $2 viewer's account, $3 this moment, $4 kind, $5 limit, $6 the viewer's places, $7 the board or community
whose index is walked, then the cursor's."""
BOUND = 7

SHOWN = "t.state = 'shown'"
UNREAD_ONES = f"""
{SHOWN} AND t.last_activity_at > $3::timestamptz - interval '{UNREAD_LOOKED_BACK.days} days'
AND t.last_author IS DISTINCT FROM $2 AND coalesce(r.level, 'normal') <> 'muted'
AND (r.read_at IS NULL OR r.last_read_number < t.last_number)
"""
CHOSEN: dict[Show, str] = {
    "all": SHOWN,
    "unread": UNREAD_ONES,
    # One's own are listed while somebody looks at them, and after they were hidden: with their state.
    "mine": "t.author = $2 AND t.state IN ('shown', 'held', 'hidden')",
    "watching": f"{SHOWN} AND r.level = 'watching'",
}
KEYS: dict[Order, tuple[str, tuple[str, ...], Any]] = {
    "active": ("t.last_activity_at, t.id", ("timestamptz", "uuid"), tuple[datetime, UUID]),
    "building": ("t.last_activity_at, t.id", ("timestamptz", "uuid"), tuple[datetime, UUID]),
    "newest": ("t.id", ("uuid",), tuple[UUID]),
    "unanswered": ("t.id", ("uuid",), tuple[UUID]),
    "hot": ("t.hot, t.id", ("bigint", "uuid"), tuple[int, UUID]),
}
"""What a cursor names, of which types; each walks along an index."""


Walked = Literal["board", "community"]


class Asked(NamedTuple):
    """Which threads, in which order, how many, after which."""

    order: Order
    show: Show
    kind: ThreadKind | None
    limit: int
    cursor: str | None


async def threads_of_board(caller: Caller | None, board_id: UUID, asked: Asked, locale: Locale) -> Page[ThreadItem]:
    """Two statements. Pinned ones stand first on the first page in the order of activity. Raises NotFound."""
    return await _threads(caller, [await board_read_by(caller, board_id)], "board", board_id, asked, locale)


async def threads_of_community(
    caller: Caller | None, community_id: UUID, asked: Asked, locale: Locale
) -> Page[ThreadItem]:
    """Of all boards that the caller may read; two statements. Raises NotFound."""
    rooms = await rooms_read_by(caller, community_id)
    return await _threads(caller, rooms, "community", community_id, asked, locale)


async def _threads(
    caller: Caller | None, rooms: Sequence[Room], walked: Walked, of: UUID, asked: Asked, locale: Locale
) -> Page[ThreadItem]:
    after = decode_cursor(asked.cursor, KEYS[asked.order][2]) or ()
    names = {room.id: room.name for room in rooms}
    rows = await fetch(
        _list_sql(walked, asked.order, asked.show, len(after) > 0),
        list(names),
        caller.account_id if caller else None,
        now(),
        asked.kind,
        asked.limit + 1,
        rooms[0].places if rooms else [],
        of,
        *after,
    )
    on_top = [row for row in rows if row["on_top"]]
    rest = [row for row in rows if not row["on_top"]]
    shown = rest[: asked.limit]
    return Page(
        items=[_item(row, names, locale) for row in (*on_top, *shown)],
        next_cursor=encode_cursor(*_key(asked.order, shown[-1])) if len(rest) > asked.limit else None,
    )


@cache
def _list_sql(walked: Walked, order: Order, show: Show, further: bool) -> str:
    pinned = walked == "board" and order == "active" and show == "all"
    key, kinds, _ = KEYS[order]
    numbered = ", ".join(f"${BOUND + at}::{kind}" for at, kind in enumerate(kinds, 1))
    descending = ", ".join(f"{column} DESC" for column in key.split(", "))
    where = [CHOSEN[show], f"t.{walked} = $7", "t.board = ANY($1)", "($4::text IS NULL OR t.kind = $4)"]
    if order == "unanswered":
        where.append("t.official_at IS NULL")
    if pinned:
        where.append("(t.pinned_until IS NULL OR t.pinned_until <= $3)")
    if further:
        where.append(f"({key}) < ({numbered})")
    # A number inside, the parameter outside: a plan for any $5 is made for a tenth of all threads, thought dear, and
    # so each request would have a plan of its own made, which takes longer than the list.
    walk = f"ORDER BY {descending} LIMIT {LIST_LIMIT_MOST + 1}"
    chosen = f"SELECT t.*, false AS on_top FROM thread t {READER} WHERE {' AND '.join(where)} {walk}"
    if order == "building":
        # A walk along the index for each place of theirs; only buildings have threads.
        chosen = f"""SELECT t.*, false AS on_top FROM unnest($6::uuid[]) AS lived (place) CROSS JOIN LATERAL (
            SELECT t.* FROM thread t {READER} WHERE t.building = lived.place AND {" AND ".join(where)} {walk}) AS t
            {walk}"""
    chosen = f"SELECT t.* FROM ({chosen}) AS t ORDER BY {descending} LIMIT $5"
    if pinned and not further:
        on_top = f"""SELECT t.*, true AS on_top FROM (
            SELECT t.* FROM thread t WHERE t.board = $7 AND t.state = 'shown' AND t.pinned_until > $3
            AND ($4::text IS NULL OR t.kind = $4) ORDER BY t.pinned_until DESC LIMIT {PINNED_LOOKED_AT_MOST}) AS t
            ORDER BY {descending} LIMIT {PINNED_SHOWN_MOST}"""
        chosen = f"({on_top}) UNION ALL ({chosen})"
    return f"""SELECT {COLUMNS}, t.on_top FROM ({chosen}) AS t {READER} WHERE $6::uuid[] IS NOT NULL
               ORDER BY t.on_top DESC, {descending}"""


def _key(order: Order, row: Record) -> tuple[Any, ...]:
    if order == "hot":
        return (row["hot"], row["id"])
    if order in ("newest", "unanswered"):
        return (row["id"],)
    return (row["last_activity_at"], row["id"])


def _item(row: Record, names: dict[UUID, str], locale: Locale) -> ThreadItem:
    picture = row["picture"]
    return ThreadItem(
        id=row["id"],
        board_id=row["board"],
        board_name=names[row["board"]],
        kind=row["kind"],
        title=row["title"],
        excerpt=excerpt_of(row["html"]),
        author=author_of(row, locale),
        state=row["state"],
        reply_count=row["reply_count"],
        unread=row["unread"],
        reactions=sum(reactions_of(row["reactions"]).values()),
        picture=picture_url("thread", row["id"], picture) if picture else None,
        last_activity_at=row["last_activity_at"],
        last_author=name_of(row["last_name"], locale) if row["last_author"] else None,
        pinned=bool(row["pinned"]),
        locked=row["locked_at"] is not None,
        answered_by_official=row["official_at"] is not None,
        accepted=row["accepted_reply"] is not None,
        issue_state=row["issue_state"],
        created_at=row["created_at"],
    )
