"""Finds the Chinese font, and says which characters it cannot print. Only the child process imports this."""

import re

import typst
from fontTools.ttLib import TTFont

FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
"""Three names of one design."""
NOT_PRINTABLE = "〓"
"""What Chinese printers set where they lack a character."""
_UNSEEN = "\u200b\u200d" + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
"""Break here, join these, draw it this way: no font need have them."""


def fonts_in(folder: str) -> typst.Fonts:
    """Those in the folder and below it, and no others."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def chinese_face(fonts: typst.Fonts) -> typst.FontInfo | None:
    """A face of the first of FAMILIES that is there; the others of its family have the same characters."""
    faces = fonts.fonts()
    found = (face for family in FAMILIES for face in faces if face.family == family)
    return next(found, None)


class Coverage:
    """The characters of one face. `replaced` says whether any had to be replaced so far."""

    def __init__(self, path: str, index: int) -> None:
        with TTFont(path, fontNumber=index, lazy=True) as face:
            self._known = {*face.getBestCmap(), *map(ord, _UNSEEN)}
        self.replaced = False

    def printable(self, text: str) -> str:
        """Each run of characters that would come out as empty boxes becomes one 〓, so that a gap shows as a gap."""
        kept = "".join(sign if ord(sign) in self._known else "\0" for sign in text)
        if "\0" in kept:
            self.replaced = True
        return re.sub(f"\0[\0{_UNSEEN}]*", NOT_PRINTABLE, kept)
