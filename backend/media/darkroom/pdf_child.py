"""The child process one PDF is read in: raw file on stdin, answer on stdout, nothing else.

The answer is one line of JSON: {"pages": how many}, or {"refused": code}.
"""

import io
import sys

from pypdf import PdfWriter

from backend.media.darkroom import documents
from backend.media.darkroom.pictures import ImageRefused
from backend.media.darkroom.rights import answer, give_up_rights

CPU_S = 10
"""200 pages of tables, tagged for screen readers, take about 2 s."""


def main() -> None:
    rehearse()
    give_up_rights(CPU_S)
    try:
        pages = documents.read(sys.stdin.buffer.read())
    except ImageRefused as refusal:
        answer({"refused": refusal.code}, [])
        return
    answer({"pages": pages}, [])


def rehearse() -> None:
    """What Python and OpenSSL load on first use; after the rights are given up they could not."""
    for password in ("", "rehearsal"):
        writer = PdfWriter()
        writer.add_blank_page(10, 10)
        if password:
            writer.encrypt(password, algorithm="AES-256")
        paper = io.BytesIO()
        writer.write(paper)
        try:
            documents.read(paper.getvalue())
        except ImageRefused:
            continue
