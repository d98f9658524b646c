"""Pictures for tests, drawn small: whole ones of every kind that is accepted."""

import io
import struct
import zlib

from PIL import Image

EXIF_ORIENTATION = 0x0112
EXIF_MAKE = 0x010F
EXIF_GPS = 0x8825


CORNERS = {
    (True, True): (200, 40, 40),
    (False, True): (40, 180, 40),
    (True, False): (40, 40, 200),
    (False, False): (230, 230, 60),
}


def scene(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Four corners in four colours, so that every way of turning it shows; fine detail, so that it takes bytes."""
    across, down = min(width, 90), min(height, 90)
    picture = Image.new("RGB", (across, down))
    for x in range(across):
        for y in range(down):
            base = CORNERS[x < across / 2, y < down / 2]
            grain = (x * 7 + y * 13) % 16
            picture.putpixel((x, y), (base[0] + grain, base[1] + grain, base[2] + grain))
    return picture.resize((width, height), Image.Resampling.NEAREST).convert(mode)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def flat_png(width: int, height: int) -> bytes:
    """One colour, any size, few bytes: 40 megapixels take 5 kB."""
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG_MAGIC + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk with its right checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, position = [], 8
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        found.append((data[position + 4 : position + 8], data[position + 8 : position + 8 + length]))
        position += 12 + length
    return found


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return PNG_MAGIC + b"".join(chunk(name, body) for name, body in chunks)


def gif_frames(count: int) -> bytes:
    """A GIF of `count` frames of one pixel, 13 bytes a frame."""
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * count + b"\x3b"


def riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def webp_of(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def photo(orientation: int | None = None, *, width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    """As from a phone: with maker, place and (if given) orientation."""
    exif = Image.Exif()
    exif[EXIF_MAKE] = "SecretCameraMaker"
    exif.get_ifd(EXIF_GPS).update({1: "N", 2: (31.0, 14.0, 7.0), 3: "E", 4: (121.0, 28.0, 9.0)})
    if orientation is not None:
        exif[EXIF_ORIENTATION] = orientation
    return encoded(scene(width, height), kind, exif=exif)


def whole_pictures() -> dict[str, bytes]:
    """One of every shape that cameras, phones and programs make."""
    rgb = scene()
    rgba = scene(mode="RGBA")
    rgba.putalpha(Image.linear_gradient("L").resize(rgba.size))
    frames = [scene().rotate(turn) for turn in (90, 180)]
    return {
        "jpeg": encoded(rgb, "JPEG"),
        "jpeg progressive": encoded(rgb, "JPEG", progressive=True),
        "jpeg grey": encoded(rgb.convert("L"), "JPEG"),
        "jpeg cmyk": encoded(rgb.convert("CMYK"), "JPEG"),
        "jpeg with restarts": encoded(rgb, "JPEG", restart_marker_blocks=2),
        "jpeg of several pictures": encoded(rgb, "MPO", save_all=True, append_images=frames),
        "png": encoded(rgb, "PNG"),
        "png transparent": encoded(rgba, "PNG"),
        "png palette": encoded(rgb.quantize(16), "PNG"),
        "png palette transparent": encoded(rgb.quantize(16), "PNG", transparency=0),
        "png grey with alpha": encoded(rgba.convert("LA"), "PNG"),
        "png black and white": encoded(rgb.convert("1"), "PNG"),
        "png 16-bit grey": encoded(Image.linear_gradient("L").resize((64, 48)).convert("I;16"), "PNG"),
        "png animated": encoded(rgb, "PNG", save_all=True, append_images=frames),
        "gif": encoded(rgb.quantize(16), "GIF"),
        "gif animated": encoded(rgb, "GIF", save_all=True, append_images=frames),
        "webp": encoded(rgb, "WEBP"),
        "webp transparent": encoded(rgba, "WEBP"),
        "webp lossless": encoded(rgb, "WEBP", lossless=True),
        "webp animated": encoded(rgb, "WEBP", save_all=True, append_images=frames),
        "one pixel": encoded(scene(1, 1), "PNG"),
        "a thread": encoded(scene(1, 900), "PNG"),
    }
