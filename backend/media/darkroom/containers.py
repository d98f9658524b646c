"""Tells files apart by their first bytes, walks the four accepted picture containers to the last, decodes no pixel.

Says how many pixels and frames a file claims, and whether it is all there, before any decoder may
touch it. It runs in the sandboxed child (`darkroom`).
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from backend.media.darkroom.pictures import MAX_FRAMES, MAX_SCANS, ImageRefused, refuse_excess

HEAD_BYTES = 12
"""How much of a file `kind_of` needs to see."""

JPEG, PNG, WEBP, GIF = "JPEG", "PNG", "WEBP", "GIF"
PDF = "PDF"


@dataclass(frozen=True, slots=True)
class Container:
    kind: str
    width: int
    height: int
    frames: int


def kind_of(head: bytes) -> str | None:
    """The kind by its first HEAD_BYTES; names and declared types are never asked."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"%PDF-"):
        return PDF
    return None


def walk(data: bytes) -> Container:
    """Raises ImageRefused: of another kind, cut short, or larger than the limits above."""
    kind = kind_of(data[:HEAD_BYTES])
    if kind not in _WALKS:
        raise ImageRefused("media.unknown_kind")
    try:
        width, height, frames = _WALKS[kind](data)
    except (IndexError, struct.error):  # the walk ran off the end of the file
        raise ImageRefused("media.damaged") from None
    refuse_excess(width, height, frames)
    return Container(kind, width, height, frames)


_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)


def _walk_jpeg(data: bytes) -> tuple[int, int, int]:
    size: tuple[int, int] | None = None
    scans, position = 0, 2
    # Searching for the next marker also steps over the entropy-coded bytes behind each scan header.
    while found := _MARKER.search(data, position):
        marker, position = found[1][0], found.end()
        if marker == 0xD9:
            if size is None or scans == 0:
                break
            return *size, 1
        if marker == 0x01:  # stands alone, carries nothing
            continue
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2 or marker == 0xD8:
            break
        if marker in _SIZE_MARKERS:
            if size is not None:
                break
            height, width = struct.unpack_from(">HH", data, position + 3)
            size = width, height
        elif marker == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                raise ImageRefused("media.too_heavy")
        position += length
    raise ImageRefused("media.damaged")


def _walk_png(data: bytes) -> tuple[int, int, int]:
    size: tuple[int, int] | None = None
    frames, position = 1, 8
    rows: _Rows | None = None
    while True:
        length, name = struct.unpack_from(">I4s", data, position)
        body = memoryview(data)[position + 8 : position + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, position + 8 + length)
        if zlib.crc32(body, zlib.crc32(name)) != checksum or (size is None) != (name == b"IHDR"):
            raise ImageRefused("media.damaged")
        if name == b"IHDR":
            size = struct.unpack_from(">II", body)
            refuse_excess(*size)
            rows = _Rows(*struct.unpack(">IIBBBBB", body))
        elif name == b"acTL":
            (frames,) = struct.unpack_from(">I", body)
        elif name == b"IDAT" and rows is not None:
            rows.count(body)
        elif name == b"IEND":
            break
        position += 12 + length
    if size is None or rows is None or rows.missing_bytes > 0:
        raise ImageRefused("media.damaged")
    return *size, frames


class _Rows:
    """Counts a PNG's unpacked bytes: Pillow takes a file with rows missing and leaves them black."""

    def __init__(self, width: int, height: int, depth: int, colour: int, _: int, __: int, interlace: int) -> None:
        if colour not in _PNG_CHANNELS or interlace > 1:
            raise ImageRefused("media.damaged")
        bits = depth * _PNG_CHANNELS[colour]
        passes = _ADAM7 if interlace else ((0, 0, 1, 1),)
        self.missing_bytes = 0
        for left, top, across, down in passes:
            columns, rows = -(-(width - left) // across), -(-(height - top) // down)
            if columns > 0 and rows > 0:
                self.missing_bytes += rows * (1 + -(-columns * bits // 8))
        self._unpacker = zlib.decompressobj()

    def count(self, packed: bytes | memoryview) -> None:
        """What comes after the last row is not even unpacked."""
        try:
            while packed and self.missing_bytes > 0:
                self.missing_bytes -= len(self._unpacker.decompress(packed, _UNPACK_BYTES))
                packed = self._unpacker.unconsumed_tail
        except zlib.error:
            raise ImageRefused("media.damaged") from None


_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_UNPACK_BYTES = 1024 * 1024


def _walk_gif(data: bytes) -> tuple[int, int, int]:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position, frames = 13 + _palette_bytes(flags), 0
    while (block := data[position]) != 0x3B:
        if block == 0x21:
            position = _after_sub_blocks(data, position + 2)
        elif block == 0x2C:
            frames += 1
            if frames > MAX_FRAMES:
                raise ImageRefused("media.too_many_frames")
            across, down, flags = struct.unpack_from("<HHB", data, position + 5)
            refuse_excess(across, down)
            position = _after_sub_blocks(data, position + 11 + _palette_bytes(flags))
        else:
            raise ImageRefused("media.damaged")
    return width, height, frames


def _palette_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_sub_blocks(data: bytes, position: int) -> int:
    while length := data[position]:
        position += length + 1
    return position + 1


def _walk_webp(data: bytes) -> tuple[int, int, int]:
    (length,) = struct.unpack_from("<I", data, 4)
    end = length + 8
    if end > len(data):
        raise ImageRefused("media.damaged")
    size, frames, position = _webp_size(data), 0, 12
    while position < end:
        name, length = struct.unpack_from("<4sI", data, position)
        position += 8 + length + length % 2
        if name in (b"ANMF", b"VP8 ", b"VP8L"):
            frames += 1
            if frames > MAX_FRAMES:
                raise ImageRefused("media.too_many_frames")
    if position != end:
        raise ImageRefused("media.damaged")
    return *size, frames


def _webp_size(data: bytes) -> tuple[int, int]:
    name = data[12:16]
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    raise ImageRefused("media.damaged")


_WALKS: dict[str, Callable[[bytes], tuple[int, int, int]]] = {
    JPEG: _walk_jpeg,
    PNG: _walk_png,
    WEBP: _walk_webp,
    GIF: _walk_gif,
}
