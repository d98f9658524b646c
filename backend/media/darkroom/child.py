"""The child process one picture is developed in: raw file on stdin, answer on stdout, nothing else.

`rights` says what it may still do. `sandbox` starts it and reads the answer.

The answer is one line of JSON, then the variants' bytes one behind the other:
{"thumbhash": base64, "variants": [{"name", "width", "height", "bytes"}]}, or {"refused": code}.
"""

import base64
import io
import sys
import warnings

from PIL import Image

from backend.media.darkroom import containers, images
from backend.media.darkroom.pictures import ImageRefused
from backend.media.darkroom.rights import answer, give_up_rights

CPU_S = 5
"""An honest 40-megapixel picture takes about 2 s; what takes longer was made to do so."""


def main() -> None:
    rehearse()
    give_up_rights(CPU_S)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    data = sys.stdin.buffer.read()
    try:
        developed = images.develop(data)
    except ImageRefused as refusal:
        answer({"refused": refusal.code}, [])
        return
    variants = [
        {"name": made.name, "width": made.width, "height": made.height, "bytes": len(made.webp)}
        for made in developed.variants
    ]
    thumbhash = base64.b64encode(developed.thumbhash).decode()
    answer({"thumbhash": thumbhash, "variants": variants}, [made.webp for made in developed.variants])


def rehearse() -> None:
    """Pillow and Python load plugins and codecs on first use; after `give_up_rights` they could not."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in (containers.JPEG, containers.PNG, containers.WEBP, containers.GIF):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, kind, exif=exif)
        images.develop(picture.getvalue())
