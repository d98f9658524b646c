"""A forum of a given number of replies, made by the database itself, and one thread that the measured page shows."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from backend.core.clock import now
from backend.core.database import close_pool, open_pool, transaction
from backend.core.ids import new_id
from backend.identity.service.sessions import access_token
from bench.crowd import PEOPLE_SQL
from bench.town import PLACES_SQL
from search.document import Document
from search.engines.postgres import ENGINE

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


PATTERNS = 1_000
FREQUENT = "三号楼门口的快递柜又满了，请大家早点来取"
RARE = "昨晚在湖边的树上看见一只猫头鹰"
PLAIN = "今天路过凉亭，桂花开了，晚上散步的人不少"
# The trigger gives each copy the stretches of its own line; the pattern's are taken away before.
DOCUMENTS_SQL = """
INSERT INTO search_document (id, kind, community, audience, title, body, extras, author, subject, number, board,
                             created_at, popularity, generation, vector, heading)
SELECT uuidv7(), kind, community, audience, title, body, extras, author, subject, number, board,
       created_at + n * interval '1 second', popularity, generation,
       ts_delete(vector, array(SELECT word FROM unnest(tsvector_to_array(vector)) AS word
                               WHERE word ~ '^[0-9]+[.][0-9]+$')), heading
FROM generate_series(1, $1::int) AS n, search_document WHERE id = ANY($2)
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


async def build_square(dsn: str, replies: int, *, found: bool = False) -> Square:
    """`found`: with every thread and reply as a document of search."""
    database = await asyncpg.connect(dsn, user="postgres", command_timeout=3_600)
    try:
        await database.execute("SET session_replication_role = replica")
        community = await _neighbourhood(database)
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
        if found:
            await build_documents(dsn, database, community, board, replies)
        await database.execute("VACUUM ANALYZE")
        return Square(dsn, community, board, thread, people)
    finally:
        await database.close()


async def _neighbourhood(database: asyncpg.Connection) -> UUID:
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


async def build_documents(dsn: str, database: asyncpg.Connection, community: UUID, board: UUID, replies: int) -> None:
    """As many as there are threads and replies: a thousand by the engine itself, the others after their pattern."""
    texts = [FREQUENT if at % 10 == 0 else RARE if at == 1 else PLAIN for at in range(PATTERNS)]
    documents = [
        Document(
            kind="reply", id=new_id(), community_id=community, audience=["member"], title=f"{at}号楼的事", body=text,
            extras=[], author="王女士", created_at=now(), popularity=at % 7, subject_id=new_id(), number=1,
            board_id=board,
        )
        for at, text in enumerate(texts)
    ]  # fmt: skip
    await open_pool(size=2)
    try:
        async with transaction():
            await ENGINE.put(documents)
    finally:
        await close_pool()
    # Made anew behind them: a million entries sorted at once take a tenth of the time.
    index = await database.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_document_vector'")
    await database.execute("DROP INDEX search_document_vector")
    await database.execute(DOCUMENTS_SQL, replies // PATTERNS, [doc.id for doc in documents if doc.body != RARE])
    await database.execute("SET maintenance_work_mem = '512MB'")
    await database.execute(index)
