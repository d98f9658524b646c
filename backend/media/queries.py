"""What may be asked about pictures and attached files."""

from uuid import UUID

import msgspec
from asyncpg import Record

from backend.core.database import fetch
from backend.media.rules import ATTACHMENT
from backend.media.schemas import Attachment, MediaOut

_COLUMNS = ", ".join(MediaOut.__struct_fields__)


def media_out(row: Record) -> MediaOut:
    """From a row that is processing or ready."""
    return msgspec.convert({name: row[name] for name in MediaOut.__struct_fields__}, MediaOut)


async def pictures(media_ids: list[UUID]) -> dict[UUID, MediaOut]:
    """What a screen needs to lay out its pictures, by id; those not ready are left out.

    For domains that have settled who may see them: it says nothing of owners.
    """
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM medium WHERE id = ANY($1) AND state = 'ready' AND kind = 'image'",
        media_ids,
    )
    return {row["id"]: media_out(row) for row in rows}


async def attachments(media_ids: list[UUID]) -> dict[UUID, Attachment]:
    """What a screen needs to show its attachments, by id; as `pictures`, and those of another purpose are left out."""
    rows = await fetch(
        """SELECT id, kind, name, stored_bytes AS size_bytes, pages, width, height, thumbhash, variants FROM medium
           WHERE id = ANY($1) AND state = 'ready' AND purpose = $2""",
        media_ids,
        ATTACHMENT,
    )
    return {row["id"]: msgspec.convert(dict(row), Attachment) for row in rows}


async def kept_for(owner: UUID) -> list[MediaOut]:
    """All of a person's files, oldest first, for the export of what is held about them (500 at most)."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM medium WHERE owner = $1 AND state <> 'refused' ORDER BY id",
        owner,
    )
    return [media_out(row) for row in rows]
