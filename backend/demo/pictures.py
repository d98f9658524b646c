"""Evidence photos of the demo: a property certificate that nobody could take for a real one.

The seven characters are drawn stroke by stroke, since a fresh machine has no Chinese font.
"""

import hashlib
import io
from random import Random
from uuid import UUID

from PIL import Image, ImageDraw

from backend.media.service import develop, keep_upload
from backend.media.service.uploads import Upload

WIDTH_PX, HEIGHT_PX = 1280, 900
SLANT_PX = 200
TABLE_TOP_PX, ROW_PX, ROWS = 290, 74, 7
PAPER, INK, RED, LINE = "#fbf1ea", "#5a2a22", "#b8372a", "#e3c4b4"
GRID = 20
"""Strokes are written on a square of this many steps."""
JPEG_QUALITY = 85

# Each stroke is "x,y x,y …"; left to right and top to bottom, as a hand would.
STROKES = {
    "不": ("2,4 18,4", "11,4 8,9 3,14", "10,8 10,19", "11,9 16,13"),
    "动": ("2,5 9,5", "1,9 10,9", "5,9 2,16 8,15", "7,12 9,17", "10,7 18,7 17,17 14,16", "14,2 14,9 12,14 10,18"),
    "产": ("10,1 10,3", "3,4 17,4", "6,6 8,8", "14,6 12,8", "4,9 17,9", "5,9 5,13 2,18"),
    "权": ("1,6 8,6", "4.5,1 4.5,19", "4.5,7 1,13", "5,8 8,11", "9,4 17,4 14,11 9,18", "10,6 13,12 18,18"),
    "证": ("3,2 5,4", "1,8 5,8 5,16 7,14", "8,4 18,4", "13,4 13,16", "13,10 17,10", "9,8 9,16", "7,16 19,16"),
    "样": (
        "1,6 8,6",
        "4.5,1 4.5,19",
        "4.5,7 1,13",
        "5,8 8,11",
        "11,2 12,5",
        "16,2 15,5",
        "9,6 18,6",
        "10,10 17,10",
        "8,14 19,14",
        "13.5,6 13.5,19",
    ),
    "本": ("2,6 18,6", "10,1 10,19", "10,6 6,12 2,15", "10,6 14,12 18,15", "6,14 14,14"),
}


async def hand_in_certificate(owner: UUID, *, seed: str) -> UUID:
    """Uploaded and developed as a resident's photo would be; the medium's id."""
    photo = draw_certificate(seed)
    upload = Upload(io.BytesIO(photo), len(photo), hashlib.sha256(photo).digest(), "evidence")
    media_id = await keep_upload(owner, upload)
    await develop(media_id)
    return media_id


def draw_certificate(seed: str) -> bytes:
    """A JPEG; always the same for one seed."""
    page = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), PAPER)
    draw = ImageDraw.Draw(page)
    for x in range(0, WIDTH_PX + SLANT_PX, 8):
        draw.line((x, 0, x - SLANT_PX, HEIGHT_PX), LINE)
    for inset, width in ((30, 6), (44, 2)):
        draw.rectangle((inset, inset, WIDTH_PX - inset, HEIGHT_PX - inset), outline=RED, width=width)
    write(draw, "不动产权证", left=330, top=90, size=110, ink=INK)
    chance = Random(seed)
    for row in range(ROWS + 1):
        draw.line((110, TABLE_TOP_PX + row * ROW_PX, WIDTH_PX - 110, TABLE_TOP_PX + row * ROW_PX), INK, 2)
    for row in range(ROWS):
        y = TABLE_TOP_PX + row * ROW_PX
        # What an entry would say, illegible by design.
        draw.rectangle((380, y + 26, 380 + chance.randint(180, 640), y + 44), fill=LINE)
        draw.rectangle((150, y + 26, 150 + chance.randint(90, 150), y + 44), fill=LINE)
    draw.line((340, TABLE_TOP_PX, 340, TABLE_TOP_PX + ROWS * ROW_PX), INK, 2)
    write(draw, "样本", left=390, top=360, size=230, ink=RED)
    file = io.BytesIO()
    page.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def write(draw: ImageDraw.ImageDraw, words: str, *, left: int, top: int, size: int, ink: str) -> None:
    width = max(3, size // 14)
    for place, character in enumerate(words):
        for stroke in STROKES[character]:
            points = [
                (left + place * size * 1.12 + float(x) * size / GRID, top + float(y) * size / GRID)
                for x, y in (point.split(",") for point in stroke.split(" "))
            ]
            draw.line(points, fill=ink, width=width, joint="curve")
