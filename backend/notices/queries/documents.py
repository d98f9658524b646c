"""Notices as search finds them: what is out, and what was."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core.database import fetch
from backend.identity.queries.names import NAME_OR_GONE
from backend.identity.queries.places import ORGANISATION_NAME
from backend.notices.permissions import READ_COVERAGE
from backend.notices.rules.audience import ADDRESSED
from search.document import Author, Document
from search.rules.audience import PUBLIC, words_of_audience

OUT = "n.state IN ('published', 'expired') AND n.hidden_at IS NULL"

NOTICES_SQL = f"""
SELECT n.id, n.community, n.submitter, n.title, n.body, n.is_public, n.places, n.groups, n.reference, n.published_at,
       {ORGANISATION_NAME.format(which="n.organisation")} AS organisation
FROM notice n WHERE n.id = ANY($1) AND {OUT}
"""
READABLE = f"""
SELECT n.id, n.title::text,
       coalesce({ORGANISATION_NAME.format(which="n.organisation")},
                {NAME_OR_GONE.format(who="n.submitter", where="n.community")})::text AS author
FROM notice n LEFT JOIN LATERAL account_belonging({{account}}, n.community, {{day}}) AS me ON true
WHERE n.id = ANY({{ids}}) AND n.community = {{community}} AND {OUT}
  AND (n.is_public OR n.submitter = {{account}} OR '{READ_COVERAGE}' = ANY({{may}})
       OR {ADDRESSED.format(notice="n", member="me").replace("{}", "{{}}")})
"""


async def notices(ids: Sequence[UUID]) -> list[Document]:
    return [_document(row) for row in await fetch(NOTICES_SQL, list(ids))]


async def notices_after(last: UUID | None, most: int) -> list[UUID]:
    rows = await fetch("SELECT id FROM notice WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2", last, most)
    return [row["id"] for row in rows]


def _document(row: Record) -> Document:
    return Document(
        kind="notice",
        id=row["id"],
        community_id=row["community"],
        audience=_audience(row),
        title=row["title"],
        body=row["body"],
        extras=[row["reference"]],
        author=row["organisation"] or "",
        created_at=row["published_at"],
        popularity=0,
        subject_id=row["id"],
    )


def _audience(row: Record) -> list[str]:
    """Whom it is for, its writer, and the desk."""
    if row["is_public"]:
        return [PUBLIC]
    return [READ_COVERAGE, str(row["submitter"]), *words_of_audience(row["places"], row["groups"])]


AUTHORS: dict[str, Author] = {"notice": Author(notices, notices_after, READABLE)}
