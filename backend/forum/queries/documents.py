"""Threads and replies as search finds them."""

import re
from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core.database import fetch
from backend.forum.permissions import MODERATE, READ
from backend.forum.queries.posts import called
from backend.forum.rules.boards import OWN_PLACES, READS
from backend.forum.rules.reading import words_of
from backend.identity.queries.places import ORGANISATION_NAME
from search.document import Author, Document
from search.rules.audience import PUBLIC

THREADS_SQL = f"""
SELECT t.id, t.community, t.board, t.building, t.title, t.html, t.created_at, t.reply_count, t.reactions,
       t.id AS thread, NULL::integer AS number, b.read_by, b.estate,
       {ORGANISATION_NAME.format(which="t.organisation")} AS organisation
FROM thread t JOIN board b ON b.id = t.board WHERE t.id = ANY($1) AND t.state = 'shown'
"""
REPLIES_SQL = f"""
SELECT r.id, r.community, t.board, NULL::uuid AS building, '' AS title, r.html, r.created_at, 0 AS reply_count,
       r.reactions, r.thread, r.number, b.read_by, b.estate,
       {ORGANISATION_NAME.format(which="r.organisation")} AS organisation
FROM reply r JOIN thread t ON t.id = r.thread JOIN board b ON b.id = t.board
WHERE r.id = ANY($1) AND r.state = 'shown' AND t.state = 'shown'
"""
READ_BY_SEARCHER = READS.format(
    board="b",
    staff=f"'{MODERATE}' = ANY({{may}})",
    member=f"'{READ}' = ANY({{may}})",
    places=OWN_PLACES.format(who="{account}", board="b", day="{day}"),
)
READABLE = f"""
SELECT t.id, t.title::text, {called("t")}::text AS author FROM thread t JOIN board b ON b.id = t.board
WHERE t.id = ANY({{ids}}) AND t.community = {{community}} AND t.state = 'shown' AND {READ_BY_SEARCHER}
UNION ALL
SELECT r.id, t.title, {called("r")} FROM reply r JOIN thread t ON t.id = r.thread JOIN board b ON b.id = t.board
WHERE r.id = ANY({{ids}}) AND r.community = {{community}} AND r.state = 'shown' AND t.state = 'shown'
  AND {READ_BY_SEARCHER}
"""
AFTER_SQL = "SELECT id FROM {table} WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2"
ON_BOARD_SQL = "SELECT id FROM thread WHERE board = $3 AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2"
BOARD_NAMES = "SELECT b.id, b.name::text FROM board b WHERE b.id = ANY({ids})"


async def threads(ids: Sequence[UUID]) -> list[Document]:
    return [_document("thread", row) for row in await fetch(THREADS_SQL, list(ids))]


async def replies(ids: Sequence[UUID]) -> list[Document]:
    """A reply has no title of its own: what its thread is called would make every reply a find."""
    return [_document("reply", row) for row in await fetch(REPLIES_SQL, list(ids))]


async def threads_after(last: UUID | None, most: int) -> list[UUID]:
    return [row["id"] for row in await fetch(AFTER_SQL.format(table="thread"), last, most)]


async def replies_after(last: UUID | None, most: int) -> list[UUID]:
    return [row["id"] for row in await fetch(AFTER_SQL.format(table="reply"), last, most)]


async def threads_on(board_id: UUID, last: UUID | None, most: int) -> list[UUID]:
    """The next of a board's threads in order, whatever their state."""
    return [row["id"] for row in await fetch(ON_BOARD_SQL, last, most, board_id)]


def _document(kind: str, row: Record) -> Document:
    counts = re.findall(r": *(\d+)", row["reactions"])
    return Document(
        kind=kind,
        id=row["id"],
        community_id=row["community"],
        audience=_audience(row),
        title=row["title"],
        body=words_of(row["html"]).strip(),
        extras=[],
        author=row["organisation"] or "",
        created_at=row["created_at"],
        popularity=row["reply_count"] + sum(map(int, counts)),
        subject_id=row["thread"],
        number=row["number"],
        board_id=row["board"],
        building_id=row["building"],
    )


def _audience(row: Record) -> list[str]:
    """The same as READS says of the board."""
    if row["read_by"] == "public":
        return [PUBLIC]
    return [MODERATE, READ if row["read_by"] == "community" else str(row["estate"])]


AUTHORS: dict[str, Author] = {
    "thread": Author(threads, threads_after, READABLE, {"board": BOARD_NAMES}),
    "reply": Author(replies, replies_after, READABLE),
}
