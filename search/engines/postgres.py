"""The PostgreSQL engine: words of our own making in a tsvector with a GIN index."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend.core.database import execute, execute_many, fetch, fetchval, transaction
from backend.settings import settings
from search.document import Document
from search.engines import SPAN_DAYS, EngineAway, Facets, Found, Match, Position, Query
from search.rules.asking import Plan, heading_of, plan_of
from search.rules.lexemes import lexemes_of

FEW = 3
"""So little found that what is only near the words is worth showing as well."""

ENOUGH = 100
"""So many are ranked, counted and faceted, the newest, and half as many more with the words in their title. Whoever
finds more narrows it down."""
SUGGESTED_ENOUGH = 30
"""Titles, to choose from."""

COLUMNS = """
d.kind, d.id, d.community, d.audience, d.title, d.body, d.extras, d.author, d.created_at, d.popularity, d.subject,
d.number, d.board, d.building
"""

PUT_SQL = """
INSERT INTO search_document AS d (kind, id, community, audience, title, body, extras, author, created_at, popularity,
    subject, number, board, building, heading, vector, generation, line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::tsvector,
    $15::text::tsvector || $16::text::tsvector, (SELECT last_value FROM search_generation),
    (SELECT known.line FROM search_document known WHERE known.id = $2))
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, community = excluded.community, audience = excluded.audience,
    title = excluded.title, body = excluded.body, extras = excluded.extras, author = excluded.author,
    created_at = excluded.created_at, popularity = excluded.popularity, subject = excluded.subject,
    number = excluded.number, board = excluded.board, building = excluded.building, heading = excluded.heading,
    vector = excluded.vector, generation = excluded.generation
"""

CANDIDATES = """
search_candidates($1::text[]::tsquery[], $2, $3::text[]::tsquery[], $4, $5::text::tsquery, $6, $7, $8,
    coalesce($9::timestamptz, '-infinity'), {enough}, {few})
"""

# In a title before in a text, in one piece before in several; then what is new and what others found worth a word.
# A guess is worth as much as of the words is there.
FIND_SQL = f"""
WITH candidate AS MATERIALIZED (
    SELECT DISTINCT ON ((c.document).id) c.step, (c.document).*
    FROM {CANDIDATES.format(enough=ENOUGH, few=FEW)} AS c ORDER BY (c.document).id, c.step),
ranked AS MATERIALIZED (
    SELECT d.*, (100 * (
        CASE WHEN d.step > $2 THEN 300 * ts_rank('{{{{0.1,0.2,0.4,1}}}}', d.vector, $11::text::tsquery) - 200
             WHEN d.heading @@ $10::text::tsquery THEN 200 ELSE 100 END
        + CASE WHEN d.heading @@ $12::text::tsquery THEN 80 ELSE 0 END
        + CASE WHEN strpos(lower(d.title), $13) > 0 THEN 40 + 40.0 * length($13) / length(d.title) ELSE 0 END
        + CASE WHEN strpos(lower(d.body), $13) > 0 THEN 60 ELSE 0 END
        + 40 * exp(-greatest(extract(epoch FROM $14::timestamptz - d.created_at), 0) / 15552000.0)
        + least(6 * ln(1 + d.popularity), 30)
        + CASE d.kind WHEN 'notice' THEN 20 WHEN 'thread' THEN 10 ELSE 0 END))::bigint AS rank
    FROM candidate d WHERE d.id IS NOT NULL),
page AS (
    SELECT * FROM ranked WHERE $16::bigint IS NULL OR (rank, id) < ($16, $17::uuid)
    ORDER BY rank DESC, id DESC LIMIT $15),
summary AS (
    SELECT count(id) AS total, bool_or(id IS NULL) AS is_cut, min(step) FILTER (WHERE id IS NOT NULL) > $2 AS is_guess,
           {{facets}} AS facets FROM candidate)
SELECT summary.*, d.rank, {COLUMNS} FROM summary LEFT JOIN page d ON true ORDER BY d.rank DESC, d.id DESC
"""
COUNTED = """
(SELECT json_object_agg({it}, n)
 FROM (SELECT {it}, count(*) AS n FROM candidate WHERE {it} IS NOT NULL GROUP BY 1) AS f)
"""
SPANS = ", ".join(
    f"'{span}', count(*) FILTER (WHERE created_at > $14::timestamptz - interval '{days} days')"
    for span, days in SPAN_DAYS.items()
)
FACETS = f"""
json_build_object('kind', {COUNTED.format(it="kind")}, 'board', {COUNTED.format(it="board")},
                  'building', {COUNTED.format(it="building")}, 'span', json_build_object({SPANS}))
"""
SQL_BY_FACETS = {True: FIND_SQL.format(facets=FACETS), False: FIND_SQL.format(facets="NULL::json")}

SUGGEST_SQL = f"""
SELECT {COLUMNS} FROM {CANDIDATES.format(enough=SUGGESTED_ENOUGH, few=FEW)} AS c, LATERAL (SELECT (c.document).*) AS d
WHERE d.id IS NOT NULL
ORDER BY strpos(lower(d.title), $10) = 1 DESC, d.created_at DESC, d.id DESC LIMIT $11
"""


class OwnEngine:
    """Always there: what another engine can't answer is answered here."""

    async def put(self, documents: Sequence[Document]) -> None:
        await execute_many(PUT_SQL, [_row(document) for document in documents])

    async def drop(self, kind: str, ids: Sequence[UUID]) -> None:
        await execute("DELETE FROM search_document WHERE kind = $1 AND id = ANY($2)", kind, list(ids))

    async def recount(self, documents: Sequence[Document]) -> None:
        """Touches neither words nor index."""
        await execute(
            """UPDATE search_document AS d SET popularity = new.popularity
               FROM unnest($1::uuid[], $2::integer[]) AS new (id, popularity)
               WHERE d.id = new.id AND d.popularity <> new.popularity""",
            [one.id for one in documents],
            [one.popularity for one in documents],
        )

    async def find(self, query: Query) -> Found:
        plan = plan_of(
            query.words,
            community_id=query.community_id,
            kinds=query.kinds,
            synonyms=query.synonyms,
            board_id=query.board_id,
            building_id=query.building_id,
            since=query.since,
            as_of=query.as_of,
        )
        if not plan.steps:
            return Found([], 0, False, False, facets={} if query.with_facets else None)
        rows = await _in_time(
            SQL_BY_FACETS[query.with_facets],
            *_asked(query, plan),
            plan.titles,
            plan.anything,
            plan.contiguous,
            plan.phrase,
            query.as_of,
            query.limit + 1,
            query.after.rank if query.after else None,
            query.after.id if query.after else None,
        )
        shown = [row for row in rows if row["id"] is not None]
        return Found(
            matches=[Match(_document(row), Position(row["rank"], row["id"])) for row in shown[: query.limit]],
            total=rows[0]["total"],
            is_guess=bool(rows[0]["is_guess"]),
            more=len(shown) > query.limit,
            at_least=rows[0]["is_cut"] or rows[0]["total"] >= ENOUGH,
            facets=_facets(rows[0]["facets"]),
        )

    async def suggest(self, query: Query) -> Sequence[Document]:
        plan = heading_of(query.words, community_id=query.community_id)
        if not plan.steps:
            return []
        rows = await _in_time(SUGGEST_SQL, *_asked(query, plan), plan.phrase, query.limit)
        return [_document(row) for row in rows]

    async def begin_generation(self) -> int:
        """Whatever is put from now on belongs to it."""
        generation: int = await fetchval("SELECT nextval('search_generation')")
        return generation

    async def drop_older(self, generation: int) -> int:
        """Forgets what nobody has put since; how many are left."""
        await execute("DELETE FROM search_document WHERE generation < $1", generation)
        left: int = await fetchval("SELECT count(*) FROM search_document")
        return left


async def _in_time(sql: str, *args: Any) -> list[asyncpg.Record]:
    try:
        async with transaction():
            await execute(f"SET LOCAL statement_timeout = {settings().search_limit_ms}")
            return await fetch(sql, *args)
    except (asyncpg.QueryCanceledError, TimeoutError) as late:
        raise EngineAway("the search took too long") from late


def _asked(query: Query, plan: Plan) -> tuple[Any, ...]:
    """The parameters of CANDIDATES."""
    return (
        plan.steps,
        plan.exact,
        [needed for _, needed in plan.bounds],
        [step for step, _ in plan.bounds],
        plan.wanted or None,
        list(query.kinds),
        query.community_id,
        list(query.audience),
        query.since,
    )


def _row(document: Document) -> tuple[Any, ...]:
    heading, rest = lexemes_of(document)
    return (
        document.kind,
        document.id,
        document.community_id,
        document.audience,
        document.title,
        document.body,
        document.extras,
        document.author,
        document.created_at,
        document.popularity,
        document.subject_id,
        document.number,
        document.board_id,
        document.building_id,
        heading,
        rest,
    )


def _document(row: asyncpg.Record) -> Document:
    return Document(
        kind=row["kind"],
        id=row["id"],
        community_id=row["community"],
        audience=row["audience"],
        title=row["title"],
        body=row["body"],
        extras=row["extras"],
        author=row["author"],
        created_at=row["created_at"],
        popularity=row["popularity"],
        subject_id=row["subject"],
        number=row["number"],
        board_id=row["board"],
        building_id=row["building"],
    )


def _facets(counted: str | None) -> Facets | None:
    """Facets without a value come as null."""
    if counted is None:
        return None
    return {name: values or {} for name, values in msgspec.json.decode(counted).items()}


ENGINE = OwnEngine()
