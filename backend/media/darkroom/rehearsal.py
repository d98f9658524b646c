"""Small PDFs that make pypdf load all of itself: what a child process has not loaded before it gives up its rights, it
can't load any more, and pypdf would take the failure for damage of the file."""

import codecs
import io
import zlib

from pypdf import PdfWriter

CODECS = ("utf-8", "utf-16", "utf-16le", "utf-16be", "gbk", "latin1", "charmap")
"""For titles and font names; Chinese programs write both in GBK."""


def papers() -> list[bytes]:
    for name in CODECS:
        codecs.lookup(name)
    return [_plain(), _plain(password="rehearsal"), _compressed()]


def _plain(*, password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    paper = io.BytesIO()
    writer.write(paper)
    return paper.getvalue()


def _compressed() -> bytes:
    """As programs write them since PDF 1.5: objects and their table in packed streams, the table with a predictor."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    )
    starts = [sum(map(len, objects[:place])) for place in range(len(objects))]
    index = b" ".join(b"%d %d" % (number, start) for number, start in enumerate(starts, 1)) + b" "
    head = b"%PDF-1.5\n"
    packed = _stream(4, b"/Type/ObjStm/N 3/First %d" % len(index), index + b"".join(objects))
    places = [(0, 0, 0), *((2, 4, place) for place in range(3)), (1, len(head), 0), (1, len(head + packed), 0)]
    # Each row begins with its predictor: 0 takes the row as it stands.
    rows = b"".join(b"\0" + bytes([kind, *divmod(first, 256), second]) for kind, first, second in places)
    about = b"/Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/DecodeParms<</Predictor 12/Columns 4>>"
    return head + packed + _stream(5, about, rows) + b"startxref\n%d\n%%%%EOF\n" % len(head + packed)


def _stream(number: int, about: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number, about, len(packed), packed,
    )  # fmt: skip
