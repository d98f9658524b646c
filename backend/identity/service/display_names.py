"""Display names follow the community's choice and the person's nickname."""

from uuid import UUID

from asyncpg import Record

from backend.core.crypto import unseal
from backend.core.database import execute_many, fetch, transaction
from backend.identity.rules.names import building_of, display_name

BATCH = 500

NAMED_SQL = """
SELECT r.id, r.person, p.real_name_sealed, p.sex, h.path, a.nickname, c.display_name_style
FROM residency r JOIN person p ON p.id = r.person JOIN place h ON h.id = r.home
JOIN community c ON c.id = r.community LEFT JOIN account a ON a.person = p.id
"""


async def rename_community(community_id: UUID) -> None:
    """Every resident's name by the community's present style, in batches; again gives the same."""
    after = UUID(int=0)
    while True:
        async with transaction():
            rows = await fetch(
                f"{NAMED_SQL} WHERE r.community = $1 AND r.ended_at IS NULL AND r.id > $2 ORDER BY r.id LIMIT $3",
                community_id,
                after,
                BATCH,
            )
            await _store(rows)
        if len(rows) < BATCH:
            return
        after = rows[-1]["id"]


async def rename_account(account_id: UUID) -> None:
    async with transaction():
        await _store(await fetch(f"{NAMED_SQL} WHERE a.id = $1 AND r.ended_at IS NULL", account_id))


def shown_name(row: Record) -> str:
    """The display name of a row of NAMED_SQL."""
    return display_name(
        row["display_name_style"],
        real_name=unseal(row["real_name_sealed"], bound_to=f"person.real_name:{row['person']}"),
        sex=row["sex"],
        building=building_of(row["path"]),
        nickname=row["nickname"],
    )


async def _store(rows: list[Record]) -> None:
    await execute_many(
        "UPDATE residency SET display_name = $2 WHERE id = $1", [(row["id"], shown_name(row)) for row in rows]
    )
