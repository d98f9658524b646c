"""What media decides without asking anybody: limits, and which variant answers for which.

The limits of the pictures themselves (pixels, frames, sides) stand in `pictures`.
"""

from datetime import timedelta
from typing import Literal

from backend.media.darkroom.pictures import WIDTHS_PX

Purpose = Literal["public", "evidence"]
PUBLIC: Purpose = "public"
EVIDENCE: Purpose = "evidence"
PURPOSES: tuple[Purpose, ...] = (PUBLIC, EVIDENCE)

PROCESSING, READY, REFUSED = "processing", "ready", "refused"

MAX_FILE_BYTES = 10 * 1024 * 1024
"""A phone's 12-megapixel photo takes 3 to 6 MB."""
MAX_REQUEST_BYTES = 12 * 1024 * 1024
"""The file, the other field, and room for clumsy clients; what is longer is cut off while it arrives."""
MAX_BYTES_PER_PERSON = 200 * 1024 * 1024
"""As stored: three WebP variants of a photo take about 0.4 MB, so the next limit is usually met first."""
MAX_FILES_PER_PERSON = 500
"""Years of a busy neighbour's photos; more is an archive, and this is none."""
MAX_MEDIA_PER_ATTACHMENT = 50
"""Far more than any domain allows one post or application; bounds one statement."""

SETTLE_WAIT_S = 8.0
"""How long an upload's request waits for the worker before it answers 202."""
FIRST_LOOK_S = 0.1
"""The quickest pictures are ready by then."""
LOOK_EVERY_S = 0.15
"""A picture takes 0.2 to 2 s; the look is one read by primary key."""
STAGING_AT_ONCE = 4
"""Uploads that one API process holds in memory while sealing and storing them: at most 2 x 10 MB each."""

UNATTACHED_LIFE = timedelta(hours=24)
"""A draft may lie for a night; then nobody is coming back for its pictures."""
PURGE_BATCH = 100
"""Rows a transaction; each leaves one job for its files."""

VARIANTS = tuple(str(width) for width in WIDTHS_PX)
STAGED = "staged"
"""The name of the raw upload beside the variants it becomes."""


def answering_variant(stored: list[str], asked: str) -> str | None:
    """The stored variant for the one asked for: a small picture's widest one answers for all wider. None: no such."""
    if asked not in VARIANTS or not stored:
        return None
    return asked if asked in stored else stored[-1]


def has_room_for(file_bytes: int, *, used_bytes: int) -> bool:
    return used_bytes + file_bytes <= MAX_BYTES_PER_PERSON


def has_room_for_one_more(used_files: int) -> bool:
    return used_files < MAX_FILES_PER_PERSON
