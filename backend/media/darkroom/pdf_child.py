"""The child process one PDF is read in: raw file on stdin, answer on stdout, nothing else.

The answer is one line of JSON: {"pages": how many}, or {"refused": code}.
"""

import sys

from backend.media.darkroom import documents, rehearsal
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
    """What Python, pypdf and OpenSSL load on first use; after the rights are given up they could not."""
    for paper in rehearsal.papers():
        try:
            documents.read(paper)
        except ImageRefused:
            continue
