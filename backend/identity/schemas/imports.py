"""Address files and what became of them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile


class ImportForm(msgspec.Struct, forbid_unknown_fields=True):
    """A multipart form. A dry run says what the real one would do."""

    community_id: UUID
    file: UploadFile
    dry_run: bool = True


class ImportOut(msgspec.Struct, frozen=True, kw_only=True):
    """Counts are rows of the file, which are homes. `detail` says why a failed one failed."""

    id: UUID
    state: Literal["queued", "running", "done", "failed"]
    dry_run: bool
    file_name: str
    rows_total: int
    rows_done: int
    created: int
    updated: int
    unchanged: int
    errors: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    detail: str | None
