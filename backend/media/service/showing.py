"""Opening a variant for somebody who may see it."""

from uuid import UUID

from asyncpg import Record

from backend.core.crypto import SealBroken
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.logs import get_logger
from backend.media import rules
from backend.media.service import storage
from backend.media.service.files import read_file

log = get_logger(__name__)


async def open_variant(row: Record, asked: str) -> bytes:
    """The WebP of a row that `access` has let through. Raises NotFound when there is no such variant."""
    name = rules.answering_variant(row["variants"], asked)
    if name is None:
        raise NotFound()
    try:
        return await read_file(row, name)
    except storage.FileMissing:
        raise NotFound() from None  # deleted between the row and the file
    except SealBroken:
        log.error("media seal broken", media_id=str(row["id"]))
        raise NotFound() from None  # changed or moved where it lies: the picture that was here is no more


async def open_private(media_id: UUID, variant: str) -> bytes:
    """A piece of evidence, opened, for a domain that has made its own check of who may look. Raises NotFound."""
    row = await fetchrow(
        "SELECT id, owner, file, purpose, variants FROM medium WHERE id = $1 AND purpose = $2 AND state = $3",
        media_id,
        rules.EVIDENCE,
        rules.READY,
    )
    if row is None:
        raise NotFound()
    return await open_variant(row, variant)
