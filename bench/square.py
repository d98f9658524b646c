"""A forum of a given number of replies, made by the database itself, and one thread that the measured page shows."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from backend.core.ids import new_id
from backend.identity.service.sessions import access_token
from bench.crowd import PEOPLE_SQL
from bench.town import PLACES_SQL

PEOPLE, HOMES = 1_000, 500
BOARDS = 5
REPLIES_A_THREAD = 20
PAGE_CHARS = 300
"""Of the measured thread's replies; those behind it are shorter, and nobody reads them here."""
WORDS = "今天路过三号楼门口看见灯还是不亮晚上老人带着孩子上楼很不方便希望物业尽快换好也请邻居们先用手机照一照小心台阶"

BOARDS_SQL = """
INSERT INTO board (id, community, name, position, thread_count)
SELECT uuidv7(), $1, '板块' || n, n, $3 / $2 FROM generate_series(1, $2::int) AS n
"""
THREADS_SQL = """
WITH people AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM account),
boards AS (SELECT id, row_number() OVER (ORDER BY position) - 1 AS place FROM board WHERE community = $1)
INSERT INTO thread (id, community, board, author, title, body, html, reply_count, last_number, last_activity_at,
                    last_author, hot, created_at)
SELECT uuidv7(interval '1 minute' * (n - $2)), $1, b.id, p.id, '门口的灯第' || n || '次坏了', w.words,
       '<p>' || w.words || '</p>', $3, $3, now() + interval '1 minute' * (n - $2), p.id, n::bigint * 60000,
       now() + interval '1 minute' * (n - $2)
FROM generate_series(1, $2::int) AS n JOIN people p ON p.place = n % $4 JOIN boards b ON b.place = n % $5,
     (SELECT left($6, 30) AS words) AS w
"""
REPLIES_SQL = """
WITH people AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM account),
threads AS (SELECT id, created_at, row_number() OVER (ORDER BY id) AS n FROM thread WHERE community = $1)
INSERT INTO reply (id, community, thread, number, author, body, html, created_at)
SELECT uuidv7(), $1, t.id, number, p.id, w.words, '<p>' || w.words || '</p>',
       t.created_at + interval '1 second' * number
FROM threads t, generate_series(1, $2::int) AS number, people p, (SELECT left($4, 40) AS words) AS w
WHERE p.place = (t.n * 7 + number * 13) % $3
"""
# Every second one answers another, half of them were thanked, a few by the reader.
PAGE_SQL = """
UPDATE reply r SET body = w.words, html = '<p>' || w.words || '</p>',
    reactions = CASE WHEN r.number % 2 = 0 THEN '{"like": 3, "thanks": 1}'::jsonb ELSE '{}' END,
    parent = CASE WHEN r.number % 2 = 0
                  THEN (SELECT p.id FROM reply p WHERE p.thread = $1 AND p.number = r.number - 1) END
FROM (SELECT left(repeat($2, 10), $3) AS words) AS w WHERE r.thread = $1
"""
REACTIONS_SQL = """
INSERT INTO post_reaction (id, post, account, emoji)
SELECT uuidv7(), r.id, p.id, CASE WHEN p.n = 4 THEN 'thanks' ELSE 'like' END FROM reply r
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM account LIMIT 4) p ON p.n > 1 OR r.number % 4 = 0
WHERE r.thread = $1 AND r.number % 2 = 0
"""


@dataclass(frozen=True)
class Square:
    """`people` are account and session; the first is the reader of the measured page."""

    dsn: str
    community: UUID
    board: UUID
    thread: UUID
    people: list[tuple[UUID, UUID]]

    def token(self, number: int = 0) -> str:
        """Fresh at each call: a run takes longer than a token lives."""
        return access_token(*self.people[number])


async def build_square(dsn: str, replies: int) -> Square:
    database = await asyncpg.connect(dsn, user="postgres", command_timeout=3_600)
    try:
        await database.execute("SET session_replication_role = replica")
        community = await neighbourhood(database)
        threads = replies // REPLIES_A_THREAD
        await database.execute(BOARDS_SQL, community, BOARDS, threads)
        await database.execute(THREADS_SQL, community, threads, REPLIES_A_THREAD, PEOPLE, BOARDS, WORDS)
        await database.execute(REPLIES_SQL, community, REPLIES_A_THREAD, PEOPLE, WORDS)
        people = [tuple(row) for row in await database.fetch("SELECT account, id FROM session ORDER BY account")]
        thread, board = await database.fetchrow("SELECT id, board FROM thread ORDER BY id DESC LIMIT 1")
        await database.execute(PAGE_SQL, thread, WORDS, PAGE_CHARS)
        await database.execute(REACTIONS_SQL, thread)
        await database.execute(
            "INSERT INTO thread_reader (id, thread, account, last_read_number, read_at) VALUES ($1, $2, $3, 12, now())",
            new_id(),
            thread,
            people[0][0],
        )
        await database.execute("VACUUM ANALYZE")
        return Square(dsn, community, board, thread, people)
    finally:
        await database.close()


async def neighbourhood(database: asyncpg.Connection) -> UUID:
    """Its id; five buildings, and people who live in them."""
    community = new_id()
    await database.execute(
        "INSERT INTO community (id, name, district, modules) VALUES ($1, '翠湖社区', '西湖区', '[]')", community
    )
    await database.execute(
        """INSERT INTO place (id, community, parent, kind, name, sort_key, path, has_children)
           VALUES ($1, $2, NULL, 'estate', '翠湖园', '翠湖园', '翠湖园', true)""",
        new_id(),
        community,
    )
    await database.execute(PLACES_SQL, community, "building", "estate", 5, "幢")
    await database.execute(PLACES_SQL, community, "entrance", "building", 2, "单元")
    await database.execute(PLACES_SQL, community, "home", "entrance", HOMES // 10, "室")
    await database.execute(PEOPLE_SQL, community, PEOPLE, HOMES)
    return community
