"""What media decides without asking anybody: limits, names, and which variant answers for which.

The limits of what is inside a file (pixels, frames, sides, pages) stand in `pictures`.
"""

import re
from datetime import timedelta
from typing import Literal
from urllib.parse import quote

from backend.core.text import clean_line
from backend.media.darkroom.pictures import WIDTHS_PX

Purpose = Literal["public", "evidence", "attachment"]
Kind = Literal["image", "pdf"]
PUBLIC: Purpose = "public"
EVIDENCE: Purpose = "evidence"
ATTACHMENT: Purpose = "attachment"
PURPOSES: tuple[Purpose, ...] = (PUBLIC, EVIDENCE, ATTACHMENT)
IMAGE: Kind = "image"
PDF: Kind = "pdf"

PROCESSING, READY, REFUSED = "processing", "ready", "refused"

MAX_FILE_BYTES = 10 * 1024 * 1024
"""A phone's 12-megapixel photo takes 3 to 6 MB."""
MAX_PDF_BYTES = 20 * 1024 * 1024
"""A plan or a signed notice of forty pages scanned at 200 dpi."""
MAX_REQUEST_BYTES = 22 * 1024 * 1024
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
"""Uploads that one API process holds in memory while sealing and storing them: at most 2 x 20 MB each."""

UNATTACHED_LIFE = timedelta(hours=24)
"""A draft may lie for a night; then nobody is coming back for its pictures."""
PURGE_BATCH = 100
"""Rows a transaction; each leaves one job for its files."""

VARIANTS = tuple(str(width) for width in WIDTHS_PX)
FILE = "file"
"""The one variant of a PDF: itself."""
STAGED = "staged"
"""The name of the raw upload beside the variants it becomes."""

NAME_MAX_CHARS = 80
"""One line on a phone, wrapped once; file systems stop at 255 bytes, which is 85 Chinese characters."""
NAMELESS: dict[Kind, str] = {IMAGE: "图片", PDF: "文件.pdf"}
"""For files that come without a name that can be shown."""
_PDF_END = ".pdf"
_NOT_IN_NAMES = re.compile(r'[:*?"<>|]')


def answering_variant(stored: list[str], asked: str) -> str | None:
    """The stored variant for the one asked for: a small picture's widest one answers for all wider. None: no such."""
    if asked in stored:
        return asked
    return stored[-1] if asked in VARIANTS and stored and stored[-1] in VARIANTS else None


def shown_name(given: str, kind: Kind) -> str:
    """A file's own name as one line that is safe to show and to save under: no folders, no signs that systems refuse.

    A PDF's ends in `.pdf`, so that whoever saves it can open it.
    """
    line = clean_line(_NOT_IN_NAMES.sub(" ", re.split(r"[/\\]", given)[-1])).strip(". ")
    if not line:
        return NAMELESS[kind]
    if kind == PDF:
        stem = line[: -len(_PDF_END)] if line.lower().endswith(_PDF_END) else line
        return stem[: NAME_MAX_CHARS - len(_PDF_END)].rstrip(". ") + _PDF_END
    return line[:NAME_MAX_CHARS].rstrip(". ")


def inline(name: str) -> str:
    """The Content-Disposition (RFC 6266) that shows a file in place and saves it under its name."""
    plain = "".join(sign if sign.isascii() and sign not in '"\\%' else "_" for sign in name)
    header = f'inline; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"


def has_room_for(file_bytes: int, *, used_bytes: int) -> bool:
    return used_bytes + file_bytes <= MAX_BYTES_PER_PERSON


def has_room_for_one_more(used_files: int) -> bool:
    return used_files < MAX_FILES_PER_PERSON
