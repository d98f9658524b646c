"""People as the desk finds them: how neighbours call them and where they live. No real name, no number, no phone."""

from collections.abc import Sequence
from uuid import UUID

from backend.core.database import fetch
from search.document import Author, Document
from search.permissions import FIND_PEOPLE

# A residency each, so that who lives at two doors is found at both.
PEOPLE_SQL = """
SELECT r.id, r.community, r.display_name, r.started_at, h.path, a.id AS account,
       CASE WHEN p1.kind = 'building' THEN p1.id ELSE p1.parent END AS building
FROM residency r JOIN account a ON a.person = r.person AND a.state = 'active'
JOIN place h ON h.id = r.home LEFT JOIN place p1 ON p1.id = h.parent
WHERE r.id = ANY($1) AND r.ended_at IS NULL
"""
READABLE = f"""
SELECT r.id, r.display_name::text, ''::text AS author FROM residency r
JOIN account a ON a.person = r.person AND a.state = 'active'
WHERE r.id = ANY({{ids}}) AND r.community = {{community}} AND r.ended_at IS NULL
  AND (r.lease_ends_on IS NULL OR r.lease_ends_on >= {{day}}) AND '{FIND_PEOPLE}' = ANY({{may}})
"""
BUILDING_NAMES = "SELECT p.id, p.path::text FROM place p WHERE p.id = ANY({ids})"


async def people(ids: Sequence[UUID]) -> list[Document]:
    rows = await fetch(PEOPLE_SQL, list(ids))
    return [
        Document(
            kind="person",
            id=row["id"],
            community_id=row["community"],
            audience=[FIND_PEOPLE],
            title=row["display_name"],
            body=row["path"],
            extras=[],
            author="",
            created_at=row["started_at"],
            popularity=0,
            subject_id=row["account"],
            building_id=row["building"],
        )
        for row in rows
    ]


async def people_after(last: UUID | None, most: int) -> list[UUID]:
    rows = await fetch(
        "SELECT id FROM residency WHERE ended_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2",
        last,
        most,
    )
    return [row["id"] for row in rows]


async def residencies_of(account_ids: Sequence[UUID]) -> list[UUID]:
    """Ended ones too: their documents go."""
    rows = await fetch(
        "SELECT r.id FROM residency r JOIN account a ON a.person = r.person WHERE a.id = ANY($1)", list(account_ids)
    )
    return [row["id"] for row in rows]


async def residencies_by(verification_id: UUID) -> list[UUID]:
    """Of whom it was about; none while it is undecided."""
    rows = await fetch(
        """SELECT r.id FROM verification v JOIN account a ON a.id = v.account JOIN residency r ON r.person = a.person
           WHERE v.id = $1""",
        verification_id,
    )
    return [row["id"] for row in rows]


async def residencies_in(community_id: UUID, last: UUID | None, most: int) -> list[UUID]:
    """Of a community, a batch at a time."""
    rows = await fetch(
        """SELECT id FROM residency WHERE community = $1 AND ($2::uuid IS NULL OR id > $2)
           ORDER BY id LIMIT $3""",
        community_id,
        last,
        most,
    )
    return [row["id"] for row in rows]


AUTHORS: dict[str, Author] = {
    "person": Author(people, people_after, READABLE, {"building": BUILDING_NAMES}, stays_home=True)
}
