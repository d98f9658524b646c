"""What may be asked about pictures."""

from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.database import fetch
from backend.media.schemas import MediaOut


def media_out(row: Record) -> MediaOut:
    """From a row that is processing or ready."""
    return msgspec.convert({name: row[name] for name in MediaOut.__struct_fields__}, MediaOut)


async def pictures(media_ids: list[UUID]) -> dict[UUID, MediaOut]:
    """What a screen needs to lay out its pictures, by id; those not ready are left out.

    For domains that have settled who may see them: it says nothing of owners.
    """
    rows = await fetch(
        """SELECT id, state, purpose, width, height, thumbhash, variants FROM medium
           WHERE id = ANY($1) AND state = 'ready'""",
        media_ids,
    )
    return {row["id"]: media_out(row) for row in rows}


async def kept_for(owner: UUID) -> list[MediaOut]:
    """All of a person's pictures, oldest first, for the export of what is held about them (500 at most)."""
    rows = await fetch(
        """SELECT id, state, purpose, width, height, thumbhash, variants FROM medium
           WHERE owner = $1 AND state <> 'refused' ORDER BY id""",
        owner,
    )
    return [media_out(row) for row in rows]
