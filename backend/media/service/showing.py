"""Opening a variant for somebody who may see it."""

from typing import NamedTuple
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


class OpenedFile(NamedTuple):
    """`headers` say how a browser is to show it and under which name to save it."""

    content: bytes
    media_type: str
    headers: dict[str, str]


async def open_variant(row: Record, asked: str) -> bytes:
    """The WebP or PDF of a row that `access` has let through. Raises NotFound when there is no such variant."""
    name = rules.answering_variant(row["variants"], asked)
    if name is None:
        raise NotFound()
    try:
        return await read_file(row, name)
    except storage.FileMissing:
        raise NotFound() from None  # deleted between the row and the file
    except SealBroken:
        log.error("media seal broken", media_id=str(row["id"]))
        raise NotFound() from None  # changed or moved where it lies: the file that was here is no more


async def open_private(media_id: UUID, variant: str) -> bytes:
    """A piece of evidence, opened, for a domain that has made its own check of who may look. Raises NotFound."""
    return await open_variant(await _ready(media_id, rules.EVIDENCE), variant)


async def open_attachment(media_id: UUID, variant: str) -> OpenedFile:
    """A picture's `320`, `720` or `1440`, a PDF's `file`, for a domain that has checked who may look. Raises NotFound.

    Every answer of the API is nosniff and sandboxed; how long it may be kept is the caller's to say.
    """
    return await opened(await _ready(media_id, rules.ATTACHMENT), variant)


async def opened(row: Record, variant: str) -> OpenedFile:
    """As `open_variant`, with what its answer needs."""
    content = await open_variant(row, variant)
    if row["kind"] == rules.PDF:
        return OpenedFile(content, "application/pdf", {"Content-Disposition": rules.inline(row["name"])})
    return OpenedFile(content, "image/webp", {"Content-Disposition": rules.inline(f"{row['id']}-{variant}.webp")})


async def _ready(media_id: UUID, purpose: rules.Purpose) -> Record:
    row = await fetchrow(
        """SELECT id, owner, file, purpose, kind, name, variants FROM medium
           WHERE id = $1 AND purpose = $2 AND state = 'ready'""",
        media_id,
        purpose,
    )
    if row is None:
        raise NotFound()
    return row
