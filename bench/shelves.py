"""What a search is measured in: the threads and replies of a forum and a document for each, made by the database.

A small forum and a large one say the same in the same shares: the n-th thing has the words of the n-th of PATTERNS
texts, over and over. One reply, in the middle, has a word that no other has.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import asyncpg

from backend.core.clock import now
from backend.forum.permissions import MODERATE, READ
from bench.square import BOARDS, BOARDS_SQL, PEOPLE, REPLIES_A_THREAD, Square, neighbourhood
from search.document import Document
from search.rules.lexemes import MONTH, lexemes_of, mark_of, month_of, quoted

A_THREAD = REPLIES_A_THREAD + 1
"""Things: the thread itself and its replies."""
PATTERNS = 100 * A_THREAD
SLICE_THREADS = 5_000
"""Written in one statement; then the progress is shown."""
SORTED_IN_MB = 1_024

THINGS = """
电梯 路灯 门禁 水管 下水道 单元门 消防栓 垃圾桶 绿化 监控 楼道灯 水表 道闸 车位 健身器材 滑梯 信报箱 外墙 屋顶 窗户
热水器 空调外机 快递柜 充电棚 公告栏 围墙 台阶 扶手 井盖 天花板
""".split()
TROUBLES = "坏了没人修 又出问题了 一直漏水 晚上很吵 发出异响 锈得厉害 被人占用 有安全隐患 异味很重 需要更换".split()
ASKS = (
    "请物业尽快处理 有人知道找谁吗 大家遇到过吗 希望居委会出面协调 已经报修一周了 能不能给个说法 谢谢各位邻居".split()
)
FREQUENT, SELDOM, ONCE = "就在门口。", "师傅说曳引机轴承要换。", "昨晚在湖边的树上看见一只猫头鹰"
FREQUENT_EVERY, SELDOM_EVERY = 10, 420

# Ids tell a thing's place and are in the order of time, as real ones are: no statement has to look one up.
ID = "(lpad(to_hex({thread}), 12, '0') || '70008000' || lpad(to_hex({number}), 12, '0'))::uuid"
PATTERN_SQL = """
CREATE TEMPORARY TABLE pattern (
    n integer PRIMARY KEY, title text, body text, board uuid, heading tsvector, vector tsvector)
"""
# Of threads $1 to $2, of $3 in all, in community $4; $5: its mark in the index and the letter of months.
SLICE_SQL = f"""
WITH people AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM account),
things AS MATERIALIZED (
    SELECT {ID.format(thread="t", number="number")} AS id, {ID.format(thread="t", number="0")} AS thread, number,
           p.title, p.body, p.board, p.heading, p.vector, people.id AS author,
           now() - interval '1 minute' * (($3 - t) * {A_THREAD} - number) AS at,
           (t - 1) * {A_THREAD} + number + 1 AS line
    FROM generate_series($1::int, $2::int) AS t
    CROSS JOIN generate_series(0, {REPLIES_A_THREAD}) AS number
    JOIN pattern p ON p.n = CASE WHEN t = $3 / 2 AND number = 1 THEN {PATTERNS}
                                 ELSE ((t - 1) * {A_THREAD} + number) % {PATTERNS} END
    JOIN people ON people.place = (t * 7 + number * 13) % {PEOPLE}),
threads AS (
    INSERT INTO thread (id, community, board, author, title, body, html, reply_count, last_number, last_activity_at,
                        last_author, created_at)
    SELECT id, $4, board, author, title, body, '<p>' || body || '</p>', {REPLIES_A_THREAD}, {REPLIES_A_THREAD}, at,
           author, at
    FROM things WHERE number = 0),
replies AS (
    INSERT INTO reply (id, community, thread, number, author, body, html, created_at)
    SELECT id, $4, thread, number, author, body, '<p>' || body || '</p>', at FROM things WHERE number > 0)
INSERT INTO search_document (id, kind, community, audience, title, body, subject, number, board, created_at, popularity,
                             line, heading, vector)
SELECT id, CASE number WHEN 0 THEN 'thread' ELSE 'reply' END, $4, ARRAY['{MODERATE}', '{READ}'], title, body,
       thread, nullif(number, 0), board, at, line % 7, line, heading,
       vector || array_to_tsvector(ARRAY[$5 || (extract(year FROM at) * 12 + extract(month FROM at))])
FROM things ORDER BY line
"""
INDEX = "search_document_vector"


async def build_shelves(dsn: str, replies: int, tell: Callable[[str], None]) -> Square:
    """`tell`: takes what is being done."""
    database = await asyncpg.connect(dsn, user="postgres", command_timeout=600)
    try:
        # What holds by construction is looked up by no key; the stretches of a document are made by a trigger.
        await database.execute("SET session_replication_role = replica")
        await database.execute("ALTER TABLE search_document ENABLE ALWAYS TRIGGER search_document_stretches")
        community = await neighbourhood(database)
        threads = replies // REPLIES_A_THREAD
        await database.execute(BOARDS_SQL, community, BOARDS, threads)
        boards = [row["id"] for row in await database.fetch("SELECT id FROM board ORDER BY position")]
        await database.execute(PATTERN_SQL)
        await database.executemany(
            "INSERT INTO pattern VALUES ($1, $2, $3, $4, $5::text::tsvector, $5::text::tsvector || $6::text::tsvector)",
            list(_patterns(community, boards)),
        )
        # Made anew behind them: a million entries sorted at once take a tenth of the time.
        index = await database.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", INDEX)
        await database.execute(f"DROP INDEX {INDEX}")
        month = mark_of(community) + MONTH
        for first in range(1, threads + 1, SLICE_THREADS):
            last = min(first + SLICE_THREADS - 1, threads)
            await database.execute(SLICE_SQL, first, last, threads, community, month)
            tell(f"{last * A_THREAD:,} documents")
        tell("the index of words")
        await database.execute(f"SET maintenance_work_mem = '{SORTED_IN_MB}MB'")
        await database.execute(index)
        await database.execute("VACUUM ANALYZE thread, reply, search_document, account, board")
        people = [tuple(row) for row in await database.fetch("SELECT account, id FROM session ORDER BY account")]
        thread, board = await database.fetchrow("SELECT id, board FROM thread ORDER BY id DESC LIMIT 1")
        return Square(dsn, community, board, thread, people)
    finally:
        await database.close()


def _patterns(community: UUID, boards: list[UUID]) -> Iterator[tuple[Any, ...]]:
    """As the table's columns, both vectors as text; what is written when is added to each thing."""
    moment = now()
    for n in range(PATTERNS + 1):
        is_thread = n % A_THREAD == 0
        title, body = (_title(n) if is_thread else ""), (_body(n) if n < PATTERNS else ONCE)
        document = Document(
            kind="thread" if is_thread else "reply", id=community, community_id=community, audience=[], title=title,
            body=body, extras=[], author="", created_at=moment, popularity=0, subject_id=community,
            board_id=boards[n // A_THREAD % len(boards)],
        )  # fmt: skip
        heading, rest = lexemes_of(document)
        month = quoted(f"{mark_of(community)}{MONTH}{month_of(moment)}")
        yield n, title, body, document.board_id, heading, rest.replace(month, "")


def _title(n: int) -> str:
    return f"{n // A_THREAD}号楼{_thing(n)}{_trouble(n)}"


def _body(n: int) -> str:
    return (
        f"{1 + n % 18}-{1 + n % 3}-{1 + n % 16}02的{_thing(n)}{_trouble(n)}，{ASKS[n // 5 % len(ASKS)]}。"
        f"{FREQUENT if n % FREQUENT_EVERY == 0 else ''}{SELDOM if n % SELDOM_EVERY == 1 else ''}"
    )


def _thing(n: int) -> str:
    """Each in as many texts as any other, and never two in one."""
    return THINGS[n * 7 // A_THREAD % len(THINGS)] if n % A_THREAD == 0 else THINGS[n % len(THINGS)]


def _trouble(n: int) -> str:
    return TROUBLES[n // len(THINGS) % len(TROUBLES)]
