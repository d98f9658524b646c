"""Turns a stranger's picture into our own: pixels only, upright, in sRGB, as WebP at up to three widths.

Pure: bytes in, bytes out. It decodes hostile input, so nothing but `darkroom`, inside a child process
with limits, may call it (and tests).
"""

import errno
import io
from typing import Any

from PIL import (
    ExifTags,
    Image,
    ImageCms,
    ImageFile,
    MpoImagePlugin,  # noqa: F401  # loaded on first use by the JPEG reader, when the child can no longer open it
)
from thumbhash import rgba_to_thumb_hash

from backend.media.darkroom import containers
from backend.media.darkroom.pictures import (
    MAX_HEIGHT_PER_WIDTH,
    MAX_PIXELS,
    WIDTHS_PX,
    Developed,
    ImageRefused,
    Variant,
    refuse_excess,
)

QUALITY = 82
"""Of 100. Text on a photographed certificate stays sharp; a phone photo at 1440 takes about 250 kB."""
PLACEHOLDER_SIDE_PX = 48
"""The thumbhash keeps 7 waves across; more pixels only cost time."""

# `containers` has refused larger ones already; this is the second lock (`darkroom` makes its warning an error).
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False

_SRGB = ImageCms.createProfile("sRGB")
_MATRIX_OF = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def develop(data: bytes) -> Developed:
    """Raises ImageRefused for whatever cannot be decoded whole within the limits."""
    container = containers.walk(data)
    try:
        with Image.open(io.BytesIO(data), formats=(container.kind,)) as source:
            refuse_excess(*source.size)
            largest = _upright_pixels(source)
        variants = list(_variants(largest))
        return Developed(variants, _placeholder(largest))
    except ImageRefused:
        raise
    except MemoryError:
        raise ImageRefused("media.too_heavy") from None
    except ImportError:
        raise  # ours: something was not loaded before the child gave up its rights
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno == errno.EMFILE:
            raise
        # Decoders meeting hostile bytes raise nearly every type there is; all mean the same here.
        raise ImageRefused("media.damaged") from None


def fit(width: int, height: int, widest: int) -> tuple[int, int]:
    """The size of the variant `widest` of a picture of this size; never larger than the picture."""
    scale = min(1.0, widest / width, widest * MAX_HEIGHT_PER_WIDTH / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _upright_pixels(source: Image.Image) -> Image.Image:
    """RGB or RGBA, turned as the camera meant, no larger than the widest variant, carrying no metadata."""
    if source.format not in ("JPEG", "MPO"):
        # Before its EXIF is asked for: PNG loads for that, and a failure would pass for a failure of EXIF alone.
        source.load()
    turn = _turn_of(source)
    profile = source.info.get("icc_profile")
    size = source.size
    lies_on_its_side = turn in (5, 6, 7, 8)
    wanted = fit(*size[::-1], WIDTHS_PX[-1])[::-1] if lies_on_its_side else fit(*size, WIDTHS_PX[-1])
    # Only JPEG heeds it: decoding at a half, quarter or eighth, never below the size wanted.
    source.draft("RGB", wanted)
    source.load()
    has_alpha = source.has_transparency_data
    small = _resized(_plain(source, "RGBA" if has_alpha else "RGB"), wanted)
    small = _to_srgb(small, profile)
    if turn in _MATRIX_OF:
        small = small.transpose(_MATRIX_OF[turn])
    small.info = {}
    return small


def _turn_of(source: Image.Image) -> int:
    try:
        return int(source.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        # Cameras and editors write broken EXIF into good pictures: the picture counts.
        return 1


def _plain(image: Image.Image, mode: str) -> Image.Image:
    if image.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        # 16-bit grey: PNG scales it to 65535, and a plain convert() would clip all but the darkest 255.
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    return image if image.mode == mode else image.convert(mode)


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _to_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """Phones photograph in Display P3; without its profile such a picture would look dull."""
    if not isinstance(profile, bytes) or image.mode != "RGB":
        return image
    try:
        converted = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB)
    except Exception:
        return image  # a broken or foreign profile costs some colour, not the picture
    return converted or image


def _variants(largest: Image.Image) -> list[Variant]:
    made: list[Variant] = []
    for widest in WIDTHS_PX:
        size = fit(*largest.size, widest)
        if made and size == (made[-1].width, made[-1].height):
            break  # the picture is smaller than this variant: the last one is all there is
        out = io.BytesIO()
        _resized(largest, size).save(out, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=None)
        made.append(Variant(str(widest), *size, out.getvalue()))
    return made


def _placeholder(largest: Image.Image) -> bytes:
    # On white: the package cannot hash transparency (0.1.2 raises TypeError), and a page behind it is white or dark.
    scale = min(1.0, PLACEHOLDER_SIDE_PX / max(largest.size))
    size = max(1, round(largest.width * scale)), max(1, round(largest.height * scale))
    small = _resized(largest, size).convert("RGBA")
    opaque = Image.alpha_composite(Image.new("RGBA", size, "white"), small)
    return bytes(rgba_to_thumb_hash(*size, list(opaque.tobytes())))
