"""The limits of a picture or PDF and the shape of a developed one: the words that both sides of the sandbox share.

The side that runs in the API and the worker never imports a decoder, so this imports none.
"""

from dataclasses import dataclass

MAX_PIXELS = 40_000_000
"""40 megapixels: 160 MB once decoded, so that three copies fit in the child's 768 MB."""
MAX_SIDE_PX = 16_383
"""The longest side WebP can hold; also bounds the memory of one row."""
MAX_FRAMES = 500
"""Only the first frame is kept, but finding the others costs time; a sticker has 20 to 200."""
MAX_SCANS = 100
"""A progressive JPEG repaints the whole picture per scan; cameras write about 10."""

WIDTHS_PX = (320, 720, 1440)
"""A variant is at most this wide. Nothing is enlarged: a picture 500 px wide gives 320 and 720 (500 px wide)."""
MAX_HEIGHT_PER_WIDTH = 4
"""A variant is at most this many times its width high, so that long screenshots stay readable and bounded."""


MAX_PAGES = 200
"""A PDF's. A year's accounts of an estate take 60; more is a book, and nobody reads one on a phone."""


class ImageRefused(Exception):
    """A picture or PDF that is not taken. `code` is one of `errors.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    width: int
    height: int
    webp: bytes


@dataclass(frozen=True, slots=True)
class Developed:
    """`variants` from narrow to wide, at least one; `thumbhash` as raw bytes."""

    variants: list[Variant]
    thumbhash: bytes


def refuse_excess(width: int, height: int, frames: int = 1) -> None:
    """Raises ImageRefused."""
    if width < 1 or height < 1 or frames < 1:
        raise ImageRefused("media.damaged")
    if width > MAX_SIDE_PX or height > MAX_SIDE_PX:
        raise ImageRefused("media.side_too_long")
    if width * height > MAX_PIXELS:
        raise ImageRefused("media.too_many_pixels")
    if frames > MAX_FRAMES:
        raise ImageRefused("media.too_many_frames")
