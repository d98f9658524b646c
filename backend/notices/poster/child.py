"""The process that sets one poster: a request on stdin, a PDF on stdout, nothing else.

Its memory and its processor time are bounded, and what people wrote reaches the typesetter as data.
"""

import io
import json
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import segno
import typst

from backend.notices.poster.content import NO_FONT_STATUS, Plain
from backend.notices.poster.fonts import Coverage, chinese_face, fonts_in

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space: the font and the typesetter take 0.4 GB of it."""
CPU_S = 20
"""A notice of 5,000 characters takes 2 s."""
PAGE = (Path(__file__).parent / "poster.typ").read_bytes()
WRITTEN_BY_PEOPLE = ("title", "organisation", "community", "reference", "phone")


class Request(msgspec.Struct, forbid_unknown_fields=True):
    content: Plain
    font_folder: str


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    fonts = fonts_in(request.font_folder)
    face = chinese_face(fonts)
    if face is None:
        sys.exit(NO_FONT_STATUS)
    sys.stdout.buffer.write(_set(request.content, fonts, face))


def _set(content: Plain, fonts: typst.Fonts, face: typst.FontInfo) -> bytes:
    day = content.published_on
    coverage = Coverage(str(face.path), face.index)
    words = {
        name: None if (text := getattr(content, name)) is None else coverage.printable(text)
        for name in WRITTEN_BY_PEOPLE
    }
    data = {
        **msgspec.to_builtins(content),
        **words,
        "paragraphs": [coverage.printable(paragraph) for paragraph in content.paragraphs],
        "replaced": coverage.replaced,
        "published_on": {"year": day.year, "month": day.month, "day": day.day},
        "family": face.family,
        "code": _code(content.url),
    }
    return typst.compile(
        PAGE,
        font_paths=fonts,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"poster": json.dumps(data)},
        # The same poster is the same file, whenever it is printed.
        timestamp=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()),
    )


def _code(url: str) -> str:
    drawing = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()
