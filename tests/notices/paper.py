"""Notices that have come out already, as rows: for tests of who reads them, which need no review."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.core.clock import now
from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from tests.house import Community

VALID = timedelta(days=14)


async def published(community: Community, submitter: UUID, **columns: Any) -> UUID:
    """A notice to everybody, published a moment ago; further columns as the table has them."""
    notice, at = new_id(), columns.pop("at", now())
    row = {
        "id": notice,
        "community": community.id,
        "stream": "notice",
        "organisation": None,
        "submitter": submitter,
        "title": "停水通知",
        "body": "明日 9 时至 17 时停水。\n\n请提前储水。",
        "priority": "normal",
        "state": "published",
        "published_at": at,
        "ends_at": at + VALID,
        "reference": f"{community.name}〔2026〕{str(notice)[-6:]}号",
        **columns,
    }
    names = ", ".join(row)
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await execute(f"INSERT INTO notice ({names}) VALUES ({places})", *row.values())
    return notice


async def revise(notice: UUID) -> None:
    """A new version, which asks again."""
    await execute("UPDATE notice SET version = version + 1, edits = edits + 1 WHERE id = $1", notice)


async def badge(community: Community) -> UUID:
    """The committee, which speaks under its own badge."""
    return UUID(str(await fetchval("SELECT id FROM organisation WHERE community = $1", community.id)))


async def place_named(community: Community, name: str) -> UUID:
    found = await fetchval("SELECT id FROM place WHERE community = $1 AND name = $2", community.id, name)
    return UUID(str(found))
