"""The child process one picture is developed in: raw file on stdin, answer on stdout, nothing else.

It holds what a flaw in a decoder could reach: no descriptor can be opened (so no file and no network),
no process started, 768 MB of address space, 5 s of processor. `sandbox` starts it and reads the answer.

The answer is one line of JSON, then the variants' bytes one behind the other:
{"thumbhash": base64, "variants": [{"name", "width", "height", "bytes"}]}, or {"refused": code}.
"""

import base64
import io
import json
import resource
import sys
import warnings

from PIL import Image

from backend.media.darkroom import containers, images
from backend.media.darkroom.pictures import ImageRefused

MEMORY_BYTES = 768 * 1024 * 1024
"""Address space: 40 megapixels decoded twice and what Python needs; a bomb ends here."""
CPU_S = 5
"""An honest 40-megapixel picture takes about 2 s; what takes longer was made to do so."""


def main() -> None:
    _rehearse()
    _give_up_rights()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    data = sys.stdin.buffer.read()
    try:
        developed = images.develop(data)
    except ImageRefused as refusal:
        _answer({"refused": refusal.code}, [])
        return
    variants = [
        {"name": made.name, "width": made.width, "height": made.height, "bytes": len(made.webp)}
        for made in developed.variants
    ]
    thumbhash = base64.b64encode(developed.thumbhash).decode()
    _answer({"thumbhash": thumbhash, "variants": variants}, [made.webp for made in developed.variants])


def _rehearse() -> None:
    """Pillow and Python load plugins and codecs on first use; after `_give_up_rights` they could not."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in (containers.JPEG, containers.PNG, containers.WEBP, containers.GIF):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, kind, exif=exif)
        images.develop(picture.getvalue())


def _give_up_rights() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _answer(header: dict[str, object], blobs: list[bytes]) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(header).encode() + b"\n")
    out.writelines(blobs)
    out.flush()
