"""Nearly 300 broken, lying and hostile files of some 150 kinds. Each must be refused."""

import struct
import zlib

from tests.media.drawing import (
    PNG_MAGIC,
    chunk,
    encoded,
    gif_frames,
    png_chunks,
    png_of,
    riff_chunk,
    scene,
    webp_of,
    whole_pictures,
)

UNKNOWN = "media.unknown_kind"
DAMAGED = "media.damaged"
CUT_PERCENTS = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99)
CUT_KINDS = ("jpeg", "jpeg progressive", "png", "png palette", "gif", "gif animated", "webp", "webp lossless")


def damaged() -> dict[str, tuple[bytes, str]]:
    """Name → file and the code it is refused with; `*` where its first bytes no longer tell which of the two."""
    whole = whole_pictures()
    found: dict[str, tuple[bytes, str]] = {}
    for make in (_strangers, _cut_short, _pngs, _jpegs, _gifs, _webps):
        for name, (data, code) in make(whole).items():
            assert name not in found, name
            found[name] = data, code
    return found


Kinds = dict[str, tuple[bytes, str]]


def _strangers(whole: dict[str, bytes]) -> Kinds:
    """What is none of the four by its first bytes, whatever follows."""
    page = b"<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>"
    files = {
        "nothing": b"",
        "one byte": b"\xff",
        "two bytes of jpeg": b"\xff\xd8",
        "zeros": bytes(4096),
        "ones": b"\xff" * 4096,
        "text": "翠湖社区\n".encode() * 50,
        "html": page,
        "html then jpeg": page + whole["jpeg"],
        "space then png": b" " + whole["png"],
        "byte order mark then png": b"\xef\xbb\xbf" + whole["png"],
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "svg with declaration": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF",
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "bmp": encoded(scene(), "BMP"),
        "tiff": encoded(scene(), "TIFF"),
        "ico": encoded(scene(), "ICO"),
        "ppm": encoded(scene(), "PPM"),
        "tga": encoded(scene(), "TGA"),
        "jpeg 2000": encoded(scene(), "JPEG2000"),
        "avif": encoded(scene(), "AVIF"),
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
        "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64),
        "psd": b"8BPS\0\1" + bytes(64),
        "zip": b"PK\3\4" + bytes(64),
        "gzip": b"\x1f\x8b\x08\0" + bytes(64),
        "executable": b"\x7fELF\2\1\1" + bytes(64),
        "windows executable": b"MZ\x90\0" + bytes(64),
        "script": b"#!/bin/sh\nrm -rf /\n",
        "json": b'{"width": 64}',
        "wave sound": b"RIFF\x24\0\0\0WAVEfmt " + bytes(32),
        "gif of another year": b"GIF88a" + whole["gif"][6:],
        "png with unix line ends": whole["png"].replace(b"\r\n", b"\n", 1),
        "png with its high bit lost": b"\x09" + whole["png"][1:],
    }
    return {name: (data, UNKNOWN) for name, data in files.items()}


def _cut_short(whole: dict[str, bytes]) -> Kinds:
    found: Kinds = {}
    for kind in CUT_KINDS:
        data = whole[kind]
        for percent in CUT_PERCENTS:
            piece = data[: len(data) * percent // 100]
            found[f"{kind} cut at {percent} %"] = piece, DAMAGED if len(piece) >= 12 else "*"
        found[f"{kind} without its last byte"] = data[:-1], DAMAGED
        found[f"{kind}, only its first 12 bytes"] = data[:12], DAMAGED
    return found


def _pngs(whole: dict[str, bytes]) -> Kinds:
    header, pixels, _ = (body for _, body in png_chunks(whole["png"]))
    head = (b"IHDR", header)
    body = (b"IDAT", pixels)
    tail = (b"IEND", b"")
    size = header[:8]

    def with_header(fields: bytes) -> bytes:
        return png_of([(b"IHDR", fields), body, tail])

    def sized(width: int, height: int) -> bytes:
        return with_header(struct.pack(">II", width, height) + header[8:])

    def flipped(name: bytes) -> bytes:
        data = bytearray(whole["png"])
        data[data.index(name) + 4 if name != b"IEND" else data.index(name) + 7] ^= 0x55
        return bytes(data)

    rows = zlib.decompress(pixels)
    begun = PNG_MAGIC + chunk(b"IHDR", header)
    few_rows = zlib.compress(rows[: len(rows) // 2])
    palette = [(name, content) for name, content in png_chunks(whole["png palette"]) if name != b"PLTE"]
    bad_filter = zlib.compress(b"\x09" + rows[1:])
    return {
        "png header checksum wrong": (flipped(b"IHDR"), DAMAGED),
        "png pixel checksum wrong": (flipped(b"IDAT"), DAMAGED),
        "png end checksum wrong": (flipped(b"IEND"), DAMAGED),
        "png without header": (png_of([body, tail]), DAMAGED),
        "png with two headers": (png_of([head, head, body, tail]), DAMAGED),
        "png header after pixels": (png_of([body, head, tail]), DAMAGED),
        "png without pixels": (png_of([head, tail]), DAMAGED),
        "png without end": (png_of([head, body]), DAMAGED),
        "png of magic alone": (PNG_MAGIC + bytes(8), DAMAGED),
        "png short header": (with_header(size), DAMAGED),
        "png zero wide": (sized(0, 48), DAMAGED),
        "png zero high": (sized(64, 0), DAMAGED),
        "png too wide": (sized(16_384, 1), "media.side_too_long"),
        "png too high": (sized(1, 16_384), "media.side_too_long"),
        "png claims the largest size": (sized(2**31 - 1, 2**31 - 1), "media.side_too_long"),
        "png claims negative sizes": (sized(2**32 - 1, 2**32 - 1), "media.side_too_long"),
        "png bomb of 177 megapixels": (sized(13_300, 13_300), "media.too_many_pixels"),
        "png claims more rows than it has": (sized(64, 5_000), DAMAGED),
        "png claims wider rows than it has": (sized(640, 48), DAMAGED),
        "png bit depth 3": (with_header(size + b"\x03" + header[9:]), DAMAGED),
        "png colour type 5": (with_header(size + b"\x08\x05" + header[10:]), DAMAGED),
        "png unknown filter method": (with_header(header[:11] + b"\x01" + header[12:]), DAMAGED),
        "png pixels are text": (png_of([head, (b"IDAT", b"not compressed at all"), tail]), DAMAGED),
        "png pixels empty": (png_of([head, (b"IDAT", b""), tail]), DAMAGED),
        "png half the rows": (png_of([head, (b"IDAT", few_rows), tail]), DAMAGED),
        "png unknown row filter": (png_of([head, (b"IDAT", bad_filter), tail]), DAMAGED),
        "png pixel sum wrong": (png_of([head, (b"IDAT", pixels[:-4] + b"\0\0\0\0"), tail]), DAMAGED),
        "png chunk longer than the file": (begun + b"\x7f\xff\xff\xffIDAT" + pixels, DAMAGED),
        "png chunk of negative length": (begun + b"\xff\xff\xff\xffIDAT" + pixels, DAMAGED),
        "png text bomb": (png_of([head, (b"zTXt", b"x\0\0" + zlib.compress(bytes(80_000_000))), body, tail]), DAMAGED),
        "png palette missing": (png_of(palette), DAMAGED),
        "png animation of 501 frames": (
            png_of([head, (b"acTL", struct.pack(">II", 501, 0)), body, tail]),
            "media.too_many_frames",
        ),
        "png animation of no frames": (png_of([head, (b"acTL", struct.pack(">II", 0, 0)), body, tail]), DAMAGED),
        "png magic, jpeg inside": (PNG_MAGIC + whole["jpeg"], DAMAGED),
    }


def _jpegs(whole: dict[str, bytes]) -> Kinds:
    data = whole["jpeg"]
    frame = data.index(b"\xff\xc0")
    scan = data.index(b"\xff\xda")
    huffman = data.index(b"\xff\xc4")
    tables = data.index(b"\xff\xdb")

    def patched(position: int, new: bytes) -> bytes:
        return data[:position] + new + data[position + len(new) :]

    def without(start: int, end: int) -> bytes:
        return data[:start] + data[end:]

    def segment_end(start: int) -> int:
        return start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")

    frame_segment = data[frame : segment_end(frame)]
    scan_header = data[scan : segment_end(scan)]
    every_table = without(tables, frame)
    return {
        "jpeg of magic alone": (b"\xff\xd8\xff" + bytes(16), DAMAGED),
        "jpeg that begins and ends": (b"\xff\xd8\xff\xd9" + bytes(16), DAMAGED),
        "jpeg without frame": (without(frame, segment_end(frame)), DAMAGED),
        "jpeg with two frames": (data[:frame] + frame_segment + data[frame:], DAMAGED),
        "jpeg without scan": (data[:scan] + b"\xff\xd9", DAMAGED),
        "jpeg without end": (data[:-2], DAMAGED),
        "jpeg end cut to one byte": (data[:-1], DAMAGED),
        "jpeg zero high": (patched(frame + 5, b"\0\0"), DAMAGED),
        "jpeg zero wide": (patched(frame + 7, b"\0\0"), DAMAGED),
        "jpeg too wide": (patched(frame + 7, b"\x40\x00"), "media.side_too_long"),
        "jpeg bomb of 65535 x 65535": (patched(frame + 5, b"\xff\xff\xff\xff"), "media.side_too_long"),
        "jpeg bomb of 256 megapixels": (patched(frame + 5, b"\x3e\x80\x3e\x80"), "media.too_many_pixels"),
        "jpeg of 7 bits": (patched(frame + 4, b"\x07"), DAMAGED),
        "jpeg of no components": (patched(frame + 9, b"\0"), DAMAGED),
        "jpeg of five components": (patched(frame + 9, b"\5"), DAMAGED),
        "jpeg sampling of zero": (patched(frame + 11, b"\0"), DAMAGED),
        "jpeg sampling of fifteen": (patched(frame + 11, b"\xff"), DAMAGED),
        "jpeg names a table that is not there": (patched(frame + 12, b"\3"), DAMAGED),
        "jpeg lossless": (patched(frame + 1, b"\xc3"), DAMAGED),
        "jpeg hierarchical": (patched(frame + 1, b"\xc5"), DAMAGED),
        "jpeg without quantisation": (every_table, DAMAGED),
        "jpeg quantisation of another length": (patched(tables + 2, b"\0\x10"), DAMAGED),
        "jpeg huffman table of nonsense": (patched(huffman + 5, b"\xff" * 16), DAMAGED),
        "jpeg huffman table of another length": (patched(huffman + 2, b"\0\x04"), DAMAGED),
        "jpeg segment of length zero": (patched(tables + 2, b"\0\0"), DAMAGED),
        "jpeg segment of length one": (patched(tables + 2, b"\0\1"), DAMAGED),
        "jpeg segment longer than the file": (patched(tables + 2, b"\xff\xff"), DAMAGED),
        "jpeg scan of no components": (patched(scan + 4, b"\0"), DAMAGED),
        "jpeg scan of an unknown component": (patched(scan + 5, b"\x77"), DAMAGED),
        "jpeg begins twice": (b"\xff\xd8" + data, DAMAGED),
        "jpeg of 101 scans": (data[:scan] + (scan_header + b"\0") * 101 + b"\xff\xd9", "media.too_heavy"),
        "jpeg magic, png inside": (b"\xff\xd8\xff" + whole["png"], DAMAGED),
        "jpeg magic, html inside": (b"\xff\xd8\xff<html><script>alert(1)</script></html>", DAMAGED),
    }


def _gifs(whole: dict[str, bytes]) -> Kinds:
    data = whole["gif"]
    screen = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    picture = data.index(b"\x2c", screen)
    local = data[picture + 9]
    assert not local & 0x80
    code_size = picture + 10

    def patched(position: int, new: bytes) -> bytes:
        return data[:position] + new + data[position + len(new) :]

    return {
        "gif of magic alone": (b"GIF89a" + bytes(7), DAMAGED),
        "gif without pictures": (data[:picture] + b"\x3b", DAMAGED),
        "gif without end": (data[:-1], DAMAGED),
        "gif zero wide": (b"GIF89a\0\0\1\0\x80\0\0" + gif_frames(1)[13:], DAMAGED),
        "gif screen too wide": (patched(6, b"\xff\xff"), "media.side_too_long"),
        "gif screen of 256 megapixels": (patched(6, b"\x80\x3e\x80\x3e"), "media.too_many_pixels"),
        "gif picture of 65535 x 65535": (patched(picture + 5, b"\xff\xff\xff\xff"), "media.side_too_long"),
        "gif picture of no width": (patched(picture + 5, b"\0\0"), DAMAGED),
        "gif picture higher than its data": (patched(picture + 5, b"\x40\x00\x88\x13"), DAMAGED),
        "gif unknown block": (patched(picture, b"\x77"), DAMAGED),
        "gif code size 0": (patched(code_size, b"\0"), DAMAGED),
        "gif code size 13": (patched(code_size, b"\x0d"), DAMAGED),
        "gif code size 255": (patched(code_size, b"\xff"), DAMAGED),
        "gif empty picture": (data[: code_size + 1] + b"\0\x3b", DAMAGED),
        "gif pixels of nonsense": (patched(code_size + 2, b"\xff" * 24), DAMAGED),
        "gif sub-block longer than the file": (data[:code_size] + b"\4\xff\0\0", DAMAGED),
        "gif palette longer than the file": (b"GIF89a\1\0\1\0\xf7\0\0" + bytes(30), DAMAGED),
        "gif of 501 frames": (gif_frames(501), "media.too_many_frames"),
        "gif of 10,000 frames": (gif_frames(10_000), "media.too_many_frames"),
        "gif magic, html inside": (b"GIF89a/*<html><script>alert(1)</script>*/=1;", DAMAGED),
        "gif magic, png inside": (b"GIF89a" + whole["png"], DAMAGED),
    }


def _webps(whole: dict[str, bytes]) -> Kinds:
    lossy, lossless, animated = whole["webp"], whole["webp lossless"], whole["webp animated"]
    vp8 = lossy[20:]
    vp8l = lossless[20 : 20 + int.from_bytes(lossless[16:20], "little")]

    def canvas(width: int, height: int, flags: int = 0) -> bytes:
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return riff_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)

    still = riff_chunk(b"VP8 ", vp8)

    def wrong_size(change: int) -> bytes:
        return lossy[:4] + struct.pack("<I", len(lossy) - 8 + change) + lossy[8:]

    frame = animated[animated.index(b"ANMF") :]
    one_frame = frame[: 8 + int.from_bytes(frame[4:8], "little")]
    lead = animated[12 : animated.index(b"ANMF")]
    return {
        "webp of magic alone": (webp_of(), DAMAGED),
        "webp longer than the file": (wrong_size(2), DAMAGED),
        "webp shorter than its chunk": (wrong_size(-2), DAMAGED),
        "webp claims 4 GB": (lossy[:4] + b"\xff\xff\xff\xff" + lossy[8:], DAMAGED),
        "webp chunk claims 4 GB": (lossy[:16] + b"\xff\xff\xff\xff" + lossy[20:], DAMAGED),
        "webp of an unknown chunk": (webp_of(riff_chunk(b"JUNK", bytes(40))), DAMAGED),
        "webp lossy start code wrong": (lossy[:23] + b"\0\0\0" + lossy[26:], DAMAGED),
        "webp lossless start code wrong": (lossless[:20] + b"\0" + lossless[21:], DAMAGED),
        "webp lossy zero wide": (lossy[:26] + b"\0\0" + lossy[28:], DAMAGED),
        "webp lossy zero high": (lossy[:28] + b"\0\0" + lossy[30:], DAMAGED),
        "webp lossy too large": (lossy[:26] + b"\xff\x3f\xff\x3f" + lossy[30:], "media.too_many_pixels"),
        "webp lossy larger than its data": (lossy[:26] + b"\x00\x08\x00\x08" + lossy[30:], DAMAGED),
        "webp lossy pixels cut": (webp_of(riff_chunk(b"VP8 ", vp8[: len(vp8) // 2])), DAMAGED),
        "webp lossy pixels gone": (webp_of(riff_chunk(b"VP8 ", vp8[:10])), DAMAGED),
        "webp lossless pixels cut": (webp_of(riff_chunk(b"VP8L", vp8l[: len(vp8l) // 2])), DAMAGED),
        "webp lossless pixels are ones": (webp_of(riff_chunk(b"VP8L", vp8l[:5] + b"\xff" * 40)), DAMAGED),
        "webp canvas too wide": (webp_of(canvas(16_384, 10), still), "media.side_too_long"),
        "webp canvas of 268 megapixels": (webp_of(canvas(16_383, 16_383), still), "media.too_many_pixels"),
        "webp canvas of 16 million a side": (webp_of(canvas(2**24, 2**24), still), "media.side_too_long"),
        "webp canvas alone": (webp_of(canvas(64, 48)), DAMAGED),
        "webp canvas of another size": (webp_of(canvas(640, 480), still), DAMAGED),
        "webp animation without frames": (webp_of(lead), DAMAGED),
        "webp animation of 501 frames": (webp_of(lead, one_frame * 501), "media.too_many_frames"),
        "webp frame outside its canvas": (webp_of(lead, one_frame[:8] + b"\xff\xff\xff" + one_frame[11:]), DAMAGED),
        "webp magic, html inside": (webp_of(b"<html><script>alert(1)</script></html>"), DAMAGED),
    }
